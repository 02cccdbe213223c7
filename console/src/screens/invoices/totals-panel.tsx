import { useWatch } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { isSame } from "@/forms/bodies";
import { Card } from "@/ui/card";
import { draftTotals } from "./draft-totals";
import { draftFields, type Invoice, type InvoiceValues, invoiceValues, PRICED } from "./invoice-values";
import { TotalsView } from "./totals-view";

/** The totals of the form around it, while it is typed. */
export function TotalsPanel({ draft }: { draft?: Invoice | undefined }) {
  const { t } = useTranslation("invoices");
  const values = useWatch() as InvoiceValues;
  const isStated = draft?.totals_stated === true && isUnchanged(draft, values);
  const { totals, incomplete, error } = draftTotals(values, draft?.totals.prepaid.amount_minor ?? 0);
  return (
    <Card title={t("totals.title")} className="lg:sticky lg:top-17">
      <div aria-live="polite" className="space-y-2">
        {isStated && draft ? (
          <>
            <TotalsView totals={draft.totals} />
            <p className="text-sm text-muted">{t("totals.stated")}</p>
          </>
        ) : (
          totals && <TotalsView totals={totals} />
        )}
        {error && <p className="text-bad">{t(`business:pricing.${error.replace(".", "_")}`)}</p>}
        {incomplete > 0 && <p className="text-sm text-warn">{t("totals.incomplete", { count: incomplete })}</p>}
        {values.kind === "final" && <p className="text-sm text-muted">{t("totals.final")}</p>}
        {values.kind === "credit_note" && <p className="text-sm text-muted">{t("totals.credit_note")}</p>}
      </div>
    </Card>
  );
}

function isUnchanged(draft: Invoice, values: InvoiceValues): boolean {
  const [before, after] = [draftFields(invoiceValues(draft)), draftFields(values)];
  return PRICED.every((field) => isSame(before[field], after[field]));
}
