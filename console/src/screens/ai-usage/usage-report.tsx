import { useTranslation } from "react-i18next";
import type { components } from "@/generated/api";
import { useSearchState } from "@/records/search-state";
import { Card } from "@/ui/card";
import { BarChart } from "@/ui/chart";
import { EmptyState } from "@/ui/empty-state";
import { Field } from "@/ui/field";
import { Select } from "@/ui/input";
import { Table } from "@/ui/table";
import { Cost, Count, Day, useLocale } from "@/ui/values";
import { type Measure, plotOf, totalsOf } from "./series";

type Usage = components["schemas"]["Usage"];
const MEASURES: readonly Measure[] = ["cost_nano_usd", "tokens", "executions"];

export function UsageReport({ rows, by }: { rows: readonly Usage[]; by: string | undefined }) {
  const { t } = useTranslation("ai-usage");
  const totals = totalsOf(rows);
  if (rows.length === 0) {
    return <EmptyState title={t("empty.title")} example={{ method: "GET", path: "/api/v1/usage?per=day&by=model" }}>{t("empty.text")}</EmptyState>;
  }
  const name = ({ record_id, record_name }: Usage) => record_name ?? (record_id ? `…${record_id.slice(-8)}` : "–");
  return (
    <>
      <Card title={t("total")}>
        <dl className="grid grid-cols-2 gap-4 sm:grid-cols-4">
          {(["executions", "failed", "tokens_input", "tokens_output"] as const).map((field) => (
            <div key={field}>
              <dt className="text-sm text-muted">{t(field)}</dt>
              <dd className="text-lg font-semibold"><Count value={totals[field]} /></dd>
            </div>
          ))}
          <div>
            <dt className="text-sm text-muted">{t("cost_nano_usd")}</dt>
            <dd className="text-lg font-semibold"><Cost nanoUsd={totals.cost_nano_usd} /></dd>
          </div>
        </dl>
        {totals.unpriced > 0 && <p className="mt-3 rounded-md bg-warn-tint p-3">{t("unpriced_text", { count: totals.unpriced })}</p>}
      </Card>
      <Plotted rows={rows} />
      <Table
        label={t("title")}
        rows={rows}
        rowKey={({ starts_on, record_id }) => `${starts_on} ${record_id}`}
        columns={[
          { header: t("starts_on"), cell: ({ starts_on }) => <Day value={starts_on} /> },
          ...(by ? [{ header: t(`groups.${by}`), cell: (row: Usage) => <span className="whitespace-nowrap">{name(row)}</span> }] : []),
          ...(["executions", "succeeded", "failed", "cancelled", "tokens_input", "tokens_cached", "tokens_output", "unpriced"] as const).map((field) => ({
            header: t(field),
            cell: (row: Usage) => <Count value={row[field]} />,
            isNumber: true,
          })),
          { header: t("cost_nano_usd"), cell: ({ cost_nano_usd }) => <Cost nanoUsd={cost_nano_usd} />, isNumber: true },
        ]}
      />
    </>
  );
}

function Plotted({ rows }: { rows: readonly Usage[] }) {
  const { t } = useTranslation("ai-usage");
  const locale = useLocale();
  const [search, setSearch] = useSearchState();
  const measure = MEASURES.find((one) => one === search.measure) ?? "cost_nano_usd";
  const { points, series } = plotOf(rows, measure, { none: t(measure), others: t("others"), gone: (id) => `…${id.slice(-8)}` });
  const day = new Intl.DateTimeFormat(locale, { dateStyle: "short", timeZone: "UTC" });
  const number = new Intl.NumberFormat(locale, measure === "cost_nano_usd" ? { style: "currency", currency: "USD", maximumSignificantDigits: 3 } : { notation: "compact" });
  return (
    <Card
      title={t(measure)}
      actions={
        <Field label={t("measure")} hideLabel className="w-44">
          {(control) => (
            <Select {...control} value={measure} onChange={({ target }) => setSearch({ measure: target.value })}>
              {MEASURES.map((one) => <option key={one} value={one}>{t(one)}</option>)}
            </Select>
          )}
        </Field>
      }
    >
      <BarChart
        label={t("plot", { measure: t(measure) })}
        isStacked
        x="day"
        points={points.map((point) => ({ ...point, day: day.format(new Date(String(point.starts_on))) }))}
        series={series}
        format={(value) => number.format(measure === "cost_nano_usd" ? value / 1e9 : value)}
      />
    </Card>
  );
}
