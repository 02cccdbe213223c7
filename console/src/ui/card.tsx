import type { ReactNode } from "react";
import { classes } from "./classes";

interface Props {
  title?: ReactNode;
  /** Beside the title. */
  actions?: ReactNode;
  className?: string;
  children: ReactNode;
}

export const Card = ({ title, actions, className, children }: Props) => (
  <section className={classes("rounded-lg border border-line bg-surface p-4", className)}>
    {(title || actions) && (
      <header className="mb-3 flex flex-wrap items-center justify-between gap-2">
        <h2 className="font-semibold">{title}</h2>
        {actions}
      </header>
    )}
    {children}
  </section>
);
