import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Properties } from "@/ui/properties";
import { Table } from "@/ui/table";
import { Count } from "@/ui/values";
import { type EInvoice, EInvoiceFindings } from "./e-invoice-findings";

/** The order in which findings are shown; others follow. */
const ORDER = [
  "title", "pages", "page_width_mm", "page_height_mm", "encrypted", "text_truncated", "width", "height", "orientation",
  "taken_at", "camera", "schema", "project", "sites", "buildings", "entities",
];
const APART = new Set(["warnings", "entity_counts", "e_invoice"]);

const place = (name: string) => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);

/** What the inspection has found: pages of a PDF, EXIF of a picture, the parts of a model. */
export function Findings({ properties }: { properties: Readonly<Record<string, unknown>> }) {
  const { t } = useTranslation("documents");
  const shown = Object.entries(properties)
    .filter(([name]) => !APART.has(name))
    .sort(([one], [other]) => place(one) - place(other));
  const warnings = (properties.warnings ?? []) as { code: string; count: number }[];
  const counts = Object.entries((properties.entity_counts ?? {}) as Record<string, number>).sort(([, a], [, b]) => b - a);
  if (Object.keys(properties).length === 0) return <p className="text-muted">{t("findings.none")}</p>;
  return (
    <div className="space-y-4">
      <Properties
        items={shown.map(([name, value]) => [
          t(`findings.names.${name}`, { defaultValue: name }),
          <Value key={name} value={name === "taken_at" ? wallClock(String(value)) : value} />,
        ])}
      />
      {properties.e_invoice !== undefined && <EInvoiceFindings invoice={properties.e_invoice as EInvoice} />}
      {warnings.length > 0 && (
        <div>
          <h3 className="mb-1 text-sm font-medium text-warn">{t("findings.warnings")}</h3>
          <ul className="list-disc pl-5">
            {warnings.map(({ code, count }) => (
              <li key={code}>{t(`warnings.${code}`, { defaultValue: code })} (<Count value={count} />)</li>
            ))}
          </ul>
        </div>
      )}
      {counts.length > 0 && (
        <div className="max-h-96 overflow-y-auto">
          <Table
            label={t("findings.entity_counts")}
            rows={counts}
            rowKey={([name]) => name}
            columns={[
              { header: t("findings.entity"), cell: ([name]) => <span className="wrap-anywhere">{name}</span> },
              { header: t("findings.count"), isNumber: true, cell: ([, count]) => <Count value={count} /> },
            ]}
          />
        </div>
      )}
    </div>
  );
}

/** The clock of the camera: `2026-05-04 07:30:00 +02:00`, without an offset where the camera tells none. */
const wallClock = (time: string) => time.replace("T", " ").replace(/([+-]\d\d:\d\d|Z)$/, " $1");

function Value({ value }: { value: unknown }): ReactNode {
  const { t } = useTranslation();
  if (typeof value === "boolean") return t(value ? "yes" : "no");
  if (typeof value === "number") return <Count value={value} />;
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.length === 0 ? "–" : value.map(String).join(", ");
  return value === null ? "–" : JSON.stringify(value);
}
