import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { AllocationFields } from "@/business/allocation-fields";
import { type Allocated, allocationBodies, isSettledBy } from "@/business/allocations";
import { Form } from "@/forms/form";
import type { components } from "@/generated/api";
import rules from "@/generated/rules/allocate_payment";
import { Dialog } from "@/ui/dialog";
import { toast } from "@/ui/toast";
import { refreshPayments } from "./payment-actions";

/** Settles invoices by the credit that a payment has left. */
export function AllocatePayment({ payment, onClose }: { payment: components["schemas"]["Payment"]; onClose: () => void }) {
  const { t } = useTranslation("payments");
  const { currency, amount_minor } = payment.unallocated;
  async function allocate({ allocations }: { allocations: Allocated }) {
    const params = { path: { id: payment.id }, header: ifMatch(payment) };
    await answer(api.POST("/api/v1/payments/{id}/allocations", { params, body: { allocations: allocationBodies(allocations, currency) } }));
    toast(t("allocate.done"));
    await refreshPayments();
    onClose();
  }
  return (
    <Dialog title={t("allocate.title")} onClose={onClose} size="wide">
      <Form<{ allocations: Allocated }> rules={rules} values={{ allocations: {} }} submit={allocate} action={t("allocate.run")} onCancel={onClose}>
        <AllocationFields
          partyId={payment.party_id}
          currency={currency}
          amount={amount_minor}
          accepts={(invoice) => isSettledBy(payment.direction, invoice)}
          paidOn={payment.received_on}
        />
      </Form>
    </Dialog>
  );
}
