import { useNavigate } from "@tanstack/react-router";
import { useWatch } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { DecimalField } from "@/business/number-fields";
import { CheckField, SelectField } from "@/forms/fields";
import { Form } from "@/forms/form";
import rules from "@/generated/rules/credit_invoice";
import { Dialog } from "@/ui/dialog";
import { toast } from "@/ui/toast";
import { type CreditedLine, creditBody, creditedLines } from "./credit-lines";
import type { Invoice } from "./invoice-values";

interface Values {
  scope: "all" | "some";
  lines: CreditedLine[];
}

/** Makes the draft of a credit note, of the whole invoice or of some of its lines. */
export function CreditInvoice({ invoice, onClose }: { invoice: Invoice; onClose: () => void }) {
  const { t } = useTranslation("invoices");
  const navigate = useNavigate();
  async function credit({ scope, lines }: Values) {
    const body = creditBody(scope === "all", lines, invoice.currency);
    const { id } = await answer(api.POST("/api/v1/invoices/{id}/credit-note", { params: { path: { id: invoice.id } }, body }));
    toast(t("credit.done"));
    await navigate({ to: "/invoices/$id", params: { id } });
    onClose();
  }
  return (
    <Dialog title={t("credit.title")} onClose={onClose} size="wide">
      <Form<Values> rules={rules} values={{ scope: "all", lines: creditedLines(invoice) }} submit={credit} action={t("credit.run")} onCancel={onClose}>
        <p className="text-muted">{t("credit.text")}</p>
        <SelectField name="scope" label={t("credit.scope")} options={(["all", "some"] as const).map((value) => ({ value, label: t(`credit.${value}`) }))} />
        <LineChoice invoice={invoice} />
      </Form>
    </Dialog>
  );
}

function LineChoice({ invoice }: { invoice: Invoice }) {
  const { t } = useTranslation("invoices");
  const scope = useWatch({ name: "scope" }) as Values["scope"];
  if (scope === "all") return null;
  return (
    <ul className="space-y-2">
      {invoice.lines.map(({ position, text }, index) => (
        <li key={position} className="grid items-end gap-3 rounded-md border border-line p-3 sm:grid-cols-[1fr_8rem]">
          <CheckField name={`lines.${index}.isCredited`} label={`${position}. ${text}`} />
          <DecimalField name={`lines.${index}.quantity`} label={t("business:line.quantity")} />
        </li>
      ))}
    </ul>
  );
}
