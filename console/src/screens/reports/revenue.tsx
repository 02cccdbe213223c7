import { useTranslation } from "react-i18next";
import { Sums } from "@/business/sums";
import type { components } from "@/generated/api";
import groupings from "@/generated/values/RevenueBy";
import { RecordLink } from "@/records/record-link";
import { Loaded } from "@/records/loaded";
import { useSearchState } from "@/records/search-state";
import { BarChart } from "@/ui/chart";
import { Table } from "@/ui/table";
import { Count, Money } from "@/ui/values";
import { axisMoney, major, sumOf } from "./amounts";
import { ChoiceControl, Controls, CurrencyControl, DayControl, useShownCurrency } from "./controls";
import { ReportFiles } from "./report-files";

type Row = components["schemas"]["Revenue"];

const PATH = "/api/v1/reports/revenue";
const MOST_BARS = 24;
const SUMS = ["net", "tax", "gross"] as const;

/** What was earned, by month, party or project. */
export function Revenue() {
  const { t } = useTranslation("reports");
  const [{ from, until, by: chosen }] = useSearchState();
  const by = groupings.find((grouping) => grouping === chosen) ?? "month";
  const query = { by, ...(from ? { from } : {}), ...(until ? { until } : {}) };
  return (
    <>
      <Controls>
        <DayControl name="from" label={t("business:days.from")} />
        <DayControl name="until" label={t("business:days.until")} />
        <ChoiceControl name="by" label={t("by")} options={groupings.map((value) => ({ value, label: t(`groupings.${value}`) }))} />
        <ReportFiles path={PATH} params={{ query }} body={{ report: "revenue", format: "csv", ...query }} />
      </Controls>
      <Loaded path={PATH} params={{ query }}>
        {({ data }) => (data.length === 0 ? <p className="text-muted">{t("nothing")}</p> : <Shown rows={data} />)}
      </Loaded>
    </>
  );
}

function Shown({ rows }: { rows: Row[] }) {
  const { t, i18n } = useTranslation("reports");
  const { currencies, currency, own } = useShownCurrency(rows);
  const bars = own[0]?.by === "month" ? own : [...own].sort((one, other) => other.net.amount_minor - one.net.amount_minor).slice(0, MOST_BARS);
  const name = ({ month, record }: Row) => month ?? record?.name ?? t("without");
  return (
    <div className="space-y-4">
      <CurrencyControl currencies={currencies} />
      <Sums items={SUMS.map((sum) => [t(sum), <Money key={sum} value={sumOf(own.map((row) => row[sum]), currency)} />])} />
      <BarChart
        label={t("charts.revenue")}
        x="name"
        isStacked
        series={[{ key: "net", label: t("net") }, { key: "tax", label: t("tax") }]}
        points={bars.map((row) => ({ name: name(row), net: major(row.net), tax: major(row.tax) }))}
        format={axisMoney(currency, i18n.language)}
      />
      <Table
        label={t("tabs.revenue")}
        rows={rows}
        rowKey={(row) => `${row.month ?? row.record?.id}${row.currency}`}
        columns={[
          {
            header: t(`groupings.${rows[0]?.by ?? "month"}`),
            cell: (row) => (row.record && row.by !== "month" ? <RecordLink kind={row.by} id={row.record.id} /> : <span className="whitespace-nowrap">{name(row)}</span>),
          },
          { header: t("documents"), isNumber: true, cell: ({ documents }) => <Count value={documents} /> },
          ...SUMS.map((sum) => ({ header: t(sum), isNumber: true, cell: (row: Row) => <Money value={row[sum]} /> })),
        ]}
      />
    </div>
  );
}
