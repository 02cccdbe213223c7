import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { amountText } from "@/business/allocations";
import { today } from "@/business/days";
import { filled } from "@/forms/bodies";
import { DateField, MoneyField, SelectField, TextAreaField, TextField } from "@/forms/fields";
import { Form } from "@/forms/form";
import type { components } from "@/generated/api";
import rules from "@/generated/rules/refund_payment";
import methods from "@/generated/values/PaymentMethod";
import { Dialog } from "@/ui/dialog";
import { parseMoney } from "@/ui/money";
import { toast } from "@/ui/toast";
import { refreshPayments } from "./payment-actions";

type Values = Omit<components["schemas"]["NewRefund"], "amount"> & { amount: string };

/** Pays the credit of a payment back. */
export function RefundPayment({ payment, onClose }: { payment: components["schemas"]["Payment"]; onClose: () => void }) {
  const { t } = useTranslation("payments");
  const navigate = useNavigate();
  const { currency, amount_minor } = payment.unallocated;
  async function refund({ amount, ...values }: Values) {
    const params = { path: { id: payment.id }, header: ifMatch(payment) };
    const body = { ...filled(values), amount: parseMoney(amount, currency) ?? { amount_minor: 0, currency } };
    const { id } = await answer(api.POST("/api/v1/payments/{id}/refund", { params, body }));
    toast(t("refund.done"));
    await refreshPayments();
    await navigate({ to: "/payments/$id", params: { id } });
    onClose();
  }
  return (
    <Dialog title={t("refund.title")} onClose={onClose}>
      <Form<Values>
        rules={rules}
        values={{ amount: amountText(amount_minor, currency), method: "bank_transfer", received_on: today(), reference: "", note: "" }}
        submit={refund}
        action={t("refund.run")}
        onCancel={onClose}
      >
        <p>{t("refund.text")}</p>
        <MoneyField name="amount" label={t("fields.amount")} currency={currency} />
        <DateField name="received_on" label={t("refund.on")} />
        <SelectField name="method" label={t("fields.method")} options={methods.map((value) => ({ value, label: t(`methods.${value}`) }))} />
        <TextField name="reference" label={t("fields.reference")} />
        <TextAreaField name="note" label={t("fields.note")} rows={2} />
      </Form>
    </Dialog>
  );
}
