import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { Form } from "@/forms/form";
import rules from "@/generated/rules/receive_invoice";
import { RecordField } from "@/records/record-field";
import { Dialog } from "@/ui/dialog";
import { toast } from "@/ui/toast";

interface Values {
  document_id: string;
  party_id: string;
}

const RULES = { ...rules, document_id: { required: true } } as const;

/** Makes the draft of an incoming invoice from a document that is an e-invoice. */
export function ReceiveInvoice({ documentId, onClose }: { documentId?: string | undefined; onClose: () => void }) {
  const { t } = useTranslation("invoices");
  const navigate = useNavigate();
  async function receive({ document_id, party_id }: Values) {
    const params = { path: { id: document_id } };
    const { id } = await answer(api.POST("/api/v1/documents/{id}/invoice", { params, body: party_id ? { party_id } : {} }));
    toast(t("receive.done"));
    await navigate({ to: "/invoices/$id", params: { id } });
  }
  return (
    <Dialog title={t("receive.title")} onClose={onClose}>
      <Form<Values> rules={RULES} values={{ document_id: documentId ?? "", party_id: "" }} submit={receive} action={t("receive.run")} onCancel={onClose}>
        <p className="text-muted">{t("receive.text")}</p>
        <RecordField name="document_id" kind="document" label={t("receive.document")} />
        <RecordField name="party_id" kind="party" label={t("receive.party")} hint={t("receive.party_hint")} />
      </Form>
    </Dialog>
  );
}
