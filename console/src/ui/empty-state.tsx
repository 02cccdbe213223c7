import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { CodeBlock } from "./code-block";
import { curl, type Example } from "./curl";

interface Props {
  title: string;
  children?: ReactNode;
  /** Buttons that create the first record. */
  actions?: ReactNode;
  /** The request that does the same by the API. */
  example?: Example;
}

/** What an empty list says: what belongs there, and how it comes there. */
export function EmptyState({ title, children, actions, example }: Props) {
  const { t } = useTranslation();
  return (
    <div className="mx-auto max-w-xl space-y-4 px-4 py-10 text-center">
      <h2 className="text-lg font-semibold">{title}</h2>
      {children && <div className="text-muted">{children}</div>}
      {actions && <div className="flex flex-wrap justify-center gap-2">{actions}</div>}
      {example && <CodeBlock label={t("empty.curl")} code={curl(example)} />}
    </div>
  );
}
