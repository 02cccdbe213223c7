import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { Form } from "@/forms/form";
import rules from "@/generated/rules/reverse_credit_note_allocation";
import { RecordField } from "@/records/record-field";
import { Dialog } from "@/ui/dialog";
import { toast } from "@/ui/toast";
import type { Invoice } from "./invoice-values";
import { refreshInvoices } from "./refresh";

/** Takes back what a credit note settles of an invoice that it does not correct. */
export function ReverseAllocation({ invoice, onClose }: { invoice: Invoice; onClose: () => void }) {
  const { t } = useTranslation("invoices");
  async function reverse(body: { invoice_id: string }) {
    const params = { path: { id: invoice.id }, header: ifMatch(invoice) };
    await answer(api.POST("/api/v1/invoices/{id}/allocations/reverse", { params, body }));
    toast(t("unallocate.done"));
    await refreshInvoices();
    onClose();
  }
  return (
    <Dialog title={t("unallocate.title")} onClose={onClose}>
      <Form<{ invoice_id: string }> rules={rules} values={{ invoice_id: "" }} submit={reverse} action={t("unallocate.run")} isDangerous onCancel={onClose}>
        <p>{t("unallocate.text")}</p>
        <RecordField
          name="invoice_id"
          kind="invoice"
          query={{ party_id: invoice.party_id, direction: invoice.direction }}
          label={t("unallocate.invoice")}
        />
      </Form>
    </Dialog>
  );
}
