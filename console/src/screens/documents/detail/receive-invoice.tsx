import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { screenOf } from "@/app/subjects";
import { filled } from "@/forms/bodies";
import { Form } from "@/forms/form";
import type { components } from "@/generated/api";
import rules from "@/generated/rules/receive_invoice";
import { RecordField } from "@/records/record-field";
import { Dialog } from "@/ui/dialog";
import { toast } from "@/ui/toast";

type Received = components["schemas"]["NewReceivedInvoice"];

/** Makes a received invoice of an electronic one (XRechnung, ZUGFeRD, Peppol). */
export function ReceiveInvoice({ documentId, onClose }: { documentId: string; onClose: () => void }) {
  const { t } = useTranslation("documents");
  const navigate = useNavigate();
  async function receive(values: Received) {
    const params = { path: { id: documentId } };
    const { id } = await answer(api.POST("/api/v1/documents/{id}/invoice", { params, body: filled(values) }));
    toast(t("invoice.done"));
    await navigate({ to: screenOf("invoice", id) as "/" });
  }
  return (
    <Dialog title={t("invoice.action")} onClose={onClose}>
      <Form<Received> rules={rules} values={{ party_id: "" }} submit={receive} action={t("invoice.submit")} onCancel={onClose}>
        <p>{t("invoice.text")}</p>
        <RecordField name="party_id" label={t("invoice.party")} hint={t("invoice.party_hint")} kind="party" query={{ role: ["supplier"] }} />
      </Form>
    </Dialog>
  );
}
