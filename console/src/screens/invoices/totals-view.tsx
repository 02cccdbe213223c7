import { useTranslation } from "react-i18next";
import { VatText } from "@/business/vat";
import type { components } from "@/generated/api";
import { Money } from "@/ui/values";

type Totals = components["schemas"]["InvoiceTotals"];

const OPTIONAL = ["prepaid", "rounding"] as const;

/** What an invoice adds up to, in the order in which it is calculated. */
export function TotalsView({ totals }: { totals: Totals }) {
  const { t } = useTranslation("invoices");
  const hasAdjustments = totals.allowances.amount_minor !== 0 || totals.charges.amount_minor !== 0;
  return (
    <dl className="space-y-1">
      {hasAdjustments && (
        <>
          <Sum name={t("totals.lines")} value={totals.lines} />
          <Sum name={t("totals.allowances")} value={{ ...totals.allowances, amount_minor: -totals.allowances.amount_minor || 0 }} />
          <Sum name={t("totals.charges")} value={totals.charges} />
        </>
      )}
      <Sum name={t("totals.net")} value={totals.net} />
      {totals.vat.map((row) => (
        <div key={`${row.category}${row.rate_basis_points}`} className="flex justify-between gap-4 text-muted">
          <dt>{t("totals.vat")} <VatText vat={row} /> {t("totals.of")} <Money value={row.net} /></dt>
          <dd><Money value={row.tax} /></dd>
        </div>
      ))}
      <Sum name={t("totals.gross")} value={totals.gross} isStrong />
      {OPTIONAL.filter((name) => totals[name].amount_minor !== 0).map((name) => (
        <Sum key={name} name={t(`totals.${name}`)} value={{ ...totals[name], amount_minor: name === "prepaid" ? -totals[name].amount_minor : totals[name].amount_minor }} />
      ))}
      <Sum name={t("totals.due")} value={totals.due} isStrong />
      {totals.retained.amount_minor !== 0 && <Sum name={t("totals.retained")} value={totals.retained} />}
    </dl>
  );
}

const Sum = ({ name, value, isStrong }: { name: string; value: Totals["net"]; isStrong?: boolean }) => (
  <div className={isStrong ? "flex justify-between gap-4 border-t border-line pt-1 font-semibold" : "flex justify-between gap-4"}>
    <dt>{name}</dt>
    <dd><Money value={value} /></dd>
  </div>
);
