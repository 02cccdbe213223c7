import { useQuery } from "@tanstack/react-query";
import { useWatch } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { read } from "@/api/read";
import { AllocationFields } from "@/business/allocation-fields";
import { type Allocated, allocationBodies, isSettledBy } from "@/business/allocations";
import { TextField } from "@/forms/fields";
import { Form } from "@/forms/form";
import type { components } from "@/generated/api";
import rules from "@/generated/rules/book_bank_transaction";
import { RecordField } from "@/records/record-field";
import { Dialog } from "@/ui/dialog";
import { SkeletonBlock } from "@/ui/skeleton";
import { toast } from "@/ui/toast";
import { refreshTransactions } from "./refresh";

type Transaction = components["schemas"]["BankTransaction"];

interface Props {
  transaction: Transaction;
  onClose: () => void;
}

interface Values {
  party_id: string;
  reference: string;
  allocations: Allocated;
}

/** Records the payment of a proposed transaction. The party of the first candidate is proposed. */
export function BookTransaction({ transaction, onClose }: Props) {
  const { t } = useTranslation("bank-transactions");
  const first = transaction.candidate_ids[0];
  const candidate = useQuery({ ...read("/api/v1/invoices/{id}", { path: { id: first ?? "" } }), enabled: first !== undefined });
  const { currency } = transaction.amount;
  async function book({ party_id, reference, allocations }: Values) {
    const params = { path: { id: transaction.id }, header: ifMatch(transaction) };
    const body = { party_id, allocations: allocationBodies(allocations, currency), ...(reference.trim() ? { reference: reference.trim() } : {}) };
    await answer(api.POST("/api/v1/bank-transactions/{id}/book", { params, body }));
    toast(t("book.done"));
    await refreshTransactions();
    onClose();
  }
  return (
    <Dialog title={t("book.title")} onClose={onClose} size="wide">
      {candidate.isLoading ? (
        <SkeletonBlock />
      ) : (
        <Form<Values>
          rules={rules}
          values={{ party_id: candidate.data?.party_id ?? "", reference: "", allocations: {} }}
          submit={book}
          action={t("book.run")}
          onCancel={onClose}
        >
          <div className="grid gap-4 sm:grid-cols-2">
            <RecordField name="party_id" kind="party" label={t("book.party")} />
            <TextField name="reference" label={t("book.reference")} />
          </div>
          <Settled transaction={transaction} />
        </Form>
      )}
    </Dialog>
  );
}

function Settled({ transaction }: { transaction: Transaction }) {
  const party = useWatch({ name: "party_id" }) as string;
  return (
    <AllocationFields
      partyId={party}
      currency={transaction.amount.currency}
      amount={transaction.amount.amount_minor}
      accepts={(invoice) => isSettledBy(transaction.direction, invoice)}
      paidOn={transaction.booked_on}
    />
  );
}
