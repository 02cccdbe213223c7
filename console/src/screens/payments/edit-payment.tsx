import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { queries } from "@/api/queries";
import { read } from "@/api/read";
import { TextAreaField, TextField } from "@/forms/fields";
import type { components } from "@/generated/api";
import rules from "@/generated/rules/update_payment";
import { ChangeDialog } from "@/records/change-dialog";
import { refreshPayments } from "./payment-actions";

export function EditPayment({ payment, onClose }: { payment: components["schemas"]["Payment"]; onClose: () => void }) {
  const { t } = useTranslation("payments");
  const path = { id: payment.id };
  return (
    <ChangeDialog
      title={t("edit")}
      record={payment}
      labels={{ reference: t("fields.reference"), note: t("fields.note") }}
      rules={rules}
      current={() => queries.fetchQuery({ ...read("/api/v1/payments/{id}", { path }), staleTime: 0 })}
      send={async (body, version) => {
        await answer(api.PATCH("/api/v1/payments/{id}", { params: { path, header: ifMatch({ version }) }, body }));
        await refreshPayments();
      }}
      onClose={onClose}
    >
      <p className="text-muted">{t("edit_text")}</p>
      <TextField name="reference" label={t("fields.reference")} />
      <TextAreaField name="note" label={t("fields.note")} />
    </ChangeDialog>
  );
}
