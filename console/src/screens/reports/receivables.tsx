import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Sums } from "@/business/sums";
import type { components } from "@/generated/api";
import { Loaded } from "@/records/loaded";
import { useSearchState } from "@/records/search-state";
import { BarChart } from "@/ui/chart";
import { Table } from "@/ui/table";
import { Count, Money } from "@/ui/values";
import { axisMoney, major, sumOf } from "./amounts";
import { ChoiceControl, Controls, CurrencyControl, DayControl, useShownCurrency } from "./controls";
import { ReportFiles } from "./report-files";

type Row = components["schemas"]["OpenItems"];

const PATH = "/api/v1/reports/receivables";
const AGES = ["not_due", "days_1_to_30", "days_31_to_60", "days_61_to_90", "days_over_90", "retained"] as const;

/** What is open, by party and age. */
export function Receivables() {
  const { t } = useTranslation("reports");
  const [{ as_of, direction: chosen }] = useSearchState();
  const direction = chosen === "payable" ? "payable" : "receivable";
  const query = { direction, ...(as_of ? { as_of } : {}) } as const;
  return (
    <>
      <Controls>
        <DayControl name="as_of" label={t("as_of")} />
        <ChoiceControl name="direction" label={t("direction")} options={["receivable", "payable"].map((value) => ({ value, label: t(`directions.${value}`) }))} />
        <ReportFiles path={PATH} params={{ query }} body={{ report: "receivables", format: "csv", ...query }} />
      </Controls>
      <Loaded path={PATH} params={{ query }}>
        {({ data }) => (data.length === 0 ? <p className="text-muted">{t("nothing_open")}</p> : <Shown rows={data} />)}
      </Loaded>
    </>
  );
}

function Shown({ rows }: { rows: Row[] }) {
  const { t, i18n } = useTranslation("reports");
  const { currencies, currency, own } = useShownCurrency(rows);
  const sum = (age: (typeof AGES)[number] | "open") => sumOf(own.map((row) => row[age]), currency);
  return (
    <div className="space-y-4">
      <CurrencyControl currencies={currencies} />
      <Sums
        items={[
          [t("open"), <Money key="open" value={sum("open")} />],
          ...AGES.map((age) => [t(`ages.${age}`), <Money key={age} value={sum(age)} />] as const),
        ]}
      />
      <BarChart
        label={t("charts.ages")}
        x="age"
        series={[{ key: "amount", label: t("open") }]}
        points={AGES.map((age) => ({ age: t(`ages.${age}`), amount: major(sum(age)) }))}
        format={axisMoney(currency, i18n.language)}
      />
      <Table
        label={t("tabs.receivables")}
        rows={rows}
        rowKey={({ party, currency: code }) => `${party.id}${code}`}
        columns={[
          {
            header: t("party"),
            cell: ({ party }) => <Link to="/parties/$id" params={{ id: party.id }} className="text-accent hover:underline">{[party.code, party.name].filter(Boolean).join(" ")}</Link>,
          },
          { header: t("documents"), isNumber: true, cell: ({ documents }) => <Count value={documents} /> },
          ...AGES.map((age) => ({ header: t(`ages.${age}`), isNumber: true, cell: (row: Row) => <Money value={row[age]} /> })),
          { header: t("open"), isNumber: true, cell: ({ open }) => <strong><Money value={open} /></strong> },
        ]}
      />
    </div>
  );
}
