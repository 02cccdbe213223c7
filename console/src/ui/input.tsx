import type { ComponentProps } from "react";
import { classes } from "./classes";

const BOX =
  "w-full min-w-0 rounded-md border border-edge bg-surface px-2.5 text-text placeholder:text-muted " +
  "aria-invalid:border-bad disabled:opacity-55";

export const Input = ({ className, ...rest }: ComponentProps<"input">) => (
  <input {...rest} className={classes(BOX, "min-h-9", className)} />
);

export const TextArea = ({ className, ...rest }: ComponentProps<"textarea">) => (
  <textarea rows={4} {...rest} className={classes(BOX, "py-1.5", className)} />
);

export const Select = ({ className, ...rest }: ComponentProps<"select">) => (
  <select {...rest} className={classes(BOX, "min-h-9", className)} />
);

export const CheckBox = ({ className, ...rest }: Omit<ComponentProps<"input">, "type">) => (
  <input {...rest} type="checkbox" className={classes("size-4.5 shrink-0 accent-accent", className)} />
);
