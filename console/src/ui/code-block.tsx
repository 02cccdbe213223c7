import { CopyButton } from "./copy-button";

export const CodeBlock = ({ code, label }: { code: string; label: string }) => (
  <figure className="overflow-hidden rounded-md border border-line bg-page text-left">
    <figcaption className="flex items-center justify-between gap-2 border-b border-line px-3 py-1.5 text-sm text-muted">
      {label}
      <CopyButton text={code} />
    </figcaption>
    <pre tabIndex={0} className="overflow-x-auto p-3 font-mono text-sm">
      <code>{code}</code>
    </pre>
  </figure>
);
