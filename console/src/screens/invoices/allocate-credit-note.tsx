import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { AllocationFields } from "@/business/allocation-fields";
import { type Allocated, allocationBodies } from "@/business/allocations";
import { Form } from "@/forms/form";
import rules from "@/generated/rules/allocate_credit_note";
import { Dialog } from "@/ui/dialog";
import { toast } from "@/ui/toast";
import type { Invoice } from "./invoice-values";
import { refreshInvoices } from "./refresh";

/** Settles other invoices of the party by what is open of a credit note. */
export function AllocateCreditNote({ invoice, onClose }: { invoice: Invoice; onClose: () => void }) {
  const { t } = useTranslation("invoices");
  const { currency, direction } = invoice;
  async function allocate({ allocations }: { allocations: Allocated }) {
    const params = { path: { id: invoice.id }, header: ifMatch(invoice) };
    await answer(api.POST("/api/v1/invoices/{id}/allocations", { params, body: { allocations: allocationBodies(allocations, currency) } }));
    toast(t("allocate.done"));
    await refreshInvoices();
    onClose();
  }
  return (
    <Dialog title={t("allocate.title")} onClose={onClose} size="wide">
      <Form<{ allocations: Allocated }> rules={rules} values={{ allocations: {} }} submit={allocate} action={t("allocate.run")} onCancel={onClose}>
        <AllocationFields
          partyId={invoice.party_id}
          currency={currency}
          amount={invoice.open.amount_minor}
          accepts={(other) => other.direction === direction && other.kind !== "credit_note"}
        />
      </Form>
    </Dialog>
  );
}
