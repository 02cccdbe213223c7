import { useTranslation } from "react-i18next";
import { diffLines } from "./diff-lines";

const LOOKS = {
  same: { sign: " ", name: "", className: "" },
  added: { sign: "+", name: "diff.added", className: "bg-good-tint text-good" },
  removed: { sign: "−", name: "diff.removed", className: "bg-bad-tint text-bad" },
};

/** Two texts, line by line: what was removed and what was added. */
export function Diff({ before, after, label }: { before: string; after: string; label: string }) {
  const { t } = useTranslation();
  return (
    <div role="region" aria-label={label} tabIndex={0} className="overflow-x-auto rounded-md border border-line bg-surface">
      <table className="w-full border-collapse font-mono text-sm">
        <tbody>
          {diffLines(before, after).map(({ kind, text }, index) => {
            const { sign, name, className } = LOOKS[kind];
            return (
              <tr key={index} className={className}>
                <td className="w-6 px-2 select-none">
                  <span aria-hidden="true">{sign}</span>
                  {name && <span className="sr-only">{t(name)}</span>}
                </td>
                <td className="pr-3 whitespace-pre-wrap wrap-anywhere">{text}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** A JSON value as text, with its fields in order, so that two are compared line by line. */
export const jsonText = (value: unknown): string =>
  value === undefined || value === null ? "" : JSON.stringify(sorted(value), null, 2);

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, content]) => [name, sorted(content)]),
  );
};
