import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { filled } from "@/forms/bodies";
import { DateField, TextAreaField, TextField } from "@/forms/fields";
import { Form } from "@/forms/form";
import type { components } from "@/generated/api";
import rules from "@/generated/rules/reverse_payment";
import { Dialog } from "@/ui/dialog";
import { toast } from "@/ui/toast";
import { refreshPayments } from "./payment-actions";

type NewReversal = components["schemas"]["NewReversal"];

export function ReversePayment({ payment, onClose }: { payment: components["schemas"]["Payment"]; onClose: () => void }) {
  const { t } = useTranslation("payments");
  const navigate = useNavigate();
  async function reverse(values: NewReversal) {
    const params = { path: { id: payment.id }, header: ifMatch(payment) };
    const { id } = await answer(api.POST("/api/v1/payments/{id}/reverse", { params, body: filled(values) }));
    toast(t("reverse.done"));
    await refreshPayments();
    await navigate({ to: "/payments/$id", params: { id } });
    onClose();
  }
  return (
    <Dialog title={t("reverse.title")} onClose={onClose}>
      <Form<NewReversal>
        rules={rules}
        values={{ received_on: "", reference: "", note: "" }}
        submit={reverse}
        action={t("reverse.run")}
        isDangerous
        onCancel={onClose}
      >
        <p>{t("reverse.text")}</p>
        <DateField name="received_on" label={t("reverse.on")} hint={t("reverse.on_hint")} />
        <TextField name="reference" label={t("fields.reference")} />
        <TextAreaField name="note" label={t("fields.note")} rows={2} />
      </Form>
    </Dialog>
  );
}
