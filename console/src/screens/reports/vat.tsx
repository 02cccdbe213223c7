import { useTranslation } from "react-i18next";
import { today } from "@/business/days";
import { Sums } from "@/business/sums";
import { VatText } from "@/business/vat";
import type { components } from "@/generated/api";
import { Loaded } from "@/records/loaded";
import { useSearchState } from "@/records/search-state";
import { BarChart } from "@/ui/chart";
import { Table } from "@/ui/table";
import { Count, Money } from "@/ui/values";
import { axisMoney, major, sumOf } from "./amounts";
import { ChoiceControl, Controls, CurrencyControl, useShownCurrency } from "./controls";
import { periods } from "./period";
import { ReportFiles } from "./report-files";

type Row = components["schemas"]["VatSum"];

const PATH = "/api/v1/reports/vat";
const MONTHS = 24;

/** The VAT of outgoing and incoming invoices in a period. */
export function Vat() {
  const { t } = useTranslation("reports");
  const [search] = useSearchState();
  const offered = periods(today(), MONTHS);
  const period = search.period ?? offered[0] ?? "";
  const query = { period };
  return (
    <>
      <Controls>
        <ChoiceControl name="period" label={t("period")} options={offered.map((value) => ({ value, label: value }))} />
        <ReportFiles path={PATH} params={{ query }} body={{ report: "vat", format: "csv", period }} />
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
  const tax = (direction: Row["direction"]) => sumOf(own.filter((row) => row.direction === direction).map((row) => row.tax), currency);
  const [charged, paid] = [tax("receivable"), tax("payable")];
  const rates = [...new Set(own.map(({ category, rate_basis_points }) => `${category} ${rate_basis_points / 100} %`))];
  const taxOf = (rate: string, direction: Row["direction"]) =>
    major(sumOf(own.filter((row) => row.direction === direction && rate === `${row.category} ${row.rate_basis_points / 100} %`).map((row) => row.tax), currency));
  return (
    <div className="space-y-4">
      <CurrencyControl currencies={currencies} />
      <Sums
        items={[
          [t("vat.charged"), <Money key="charged" value={charged} />],
          [t("vat.paid"), <Money key="paid" value={paid} />],
          [t("vat.difference"), <Money key="difference" value={{ amount_minor: charged.amount_minor - paid.amount_minor, currency }} />],
        ]}
      />
      <BarChart
        label={t("charts.vat")}
        x="rate"
        series={[{ key: "charged", label: t("vat.charged") }, { key: "paid", label: t("vat.paid") }]}
        points={rates.map((rate) => ({ rate, charged: taxOf(rate, "receivable"), paid: taxOf(rate, "payable") }))}
        format={axisMoney(currency, i18n.language)}
      />
      <Table
        label={t("tabs.vat")}
        rows={rows}
        rowKey={(row) => `${row.direction}${row.category}${row.rate_basis_points}${row.currency}`}
        columns={[
          { header: t("direction"), cell: ({ direction }) => t(`business:direction.${direction}`) },
          { header: t("business:line.vat"), cell: (row) => <>{row.category} · <VatText vat={row} /></> },
          { header: t("documents"), isNumber: true, cell: ({ documents }) => <Count value={documents} /> },
          { header: t("net"), isNumber: true, cell: ({ net }) => <Money value={net} /> },
          { header: t("tax"), isNumber: true, cell: ({ tax: of }) => <Money value={of} /> },
        ]}
      />
    </div>
  );
}
