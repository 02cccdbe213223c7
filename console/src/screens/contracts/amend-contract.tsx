import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { standardVat } from "@/business/vat-values";
import { DateField, TextAreaField, TextField } from "@/forms/fields";
import { filled } from "@/forms/bodies";
import { Form } from "@/forms/form";
import type { components } from "@/generated/api";
import rules from "@/generated/rules/amend_contract";
import { Dialog } from "@/ui/dialog";
import { toast } from "@/ui/toast";
import { refreshContracts } from "./contract-actions";
import { newPosition, positionBody, type PositionValues } from "./contract-values";
import { PositionRows } from "./position-rows";

interface Values {
  title: string;
  note: string;
  signed_at: string;
  positions: PositionValues[];
}

/** Adds positions to an active contract. A position that changes another one has its VAT, and the difference. */
export function AmendContract({ contract, onClose }: { contract: components["schemas"]["Contract"]; onClose: () => void }) {
  const { t } = useTranslation("contracts");
  const { currency } = contract.value;
  async function amend({ positions, ...values }: Values) {
    const body = { ...filled(values), positions: positions.map((position) => positionBody(position, currency)) };
    const params = { path: { id: contract.id }, header: ifMatch(contract) };
    const { amendment } = await answer(api.POST("/api/v1/contracts/{id}/amendments", { params, body }));
    toast(t("amend.done", { number: amendment.number }));
    await refreshContracts();
    onClose();
  }
  return (
    <Dialog title={t("amend.title")} onClose={onClose} size="wide">
      <Form<Values>
        rules={rules}
        values={{ title: "", note: "", signed_at: "", positions: [newPosition(standardVat(""))] }}
        submit={amend}
        action={t("amend.run")}
        onCancel={onClose}
      >
        <p className="text-muted">{t("amend.text")}</p>
        <div className="grid gap-4 sm:grid-cols-[2fr_1fr]">
          <TextField name="title" label={t("fields.title")} />
          <DateField name="signed_at" label={t("fields.signed_at")} />
        </div>
        <TextAreaField name="note" label={t("fields.note")} rows={2} />
        <PositionRows currency={currency} isAmendment />
      </Form>
    </Dialog>
  );
}
