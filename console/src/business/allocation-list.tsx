import { useTranslation } from "react-i18next";
import type { components } from "@/generated/api";
import { RecordLink } from "@/records/record-link";
import { Table } from "@/ui/table";
import { Day, Money } from "@/ui/values";

type Allocation = components["schemas"]["Allocation"];

/** What settles invoices, seen from an invoice or from a payment. */
export function AllocationList({ allocations, from }: { allocations: readonly Allocation[]; from: "invoice" | "payment" }) {
  const { t } = useTranslation("business");
  if (allocations.length === 0) return <p className="text-muted">{t("allocations.empty")}</p>;
  return (
    <Table
      label={t("allocations.title")}
      rows={allocations}
      rowKey={({ id }) => id}
      columns={[
        { header: t("allocations.on"), cell: ({ allocated_on }) => <Day value={allocated_on} /> },
        { header: t("allocations.by"), cell: ({ kind }) => t(`allocations.kinds.${kind}`) },
        from === "payment"
          ? { header: t("allocations.invoice"), cell: ({ invoice_id }) => <RecordLink kind="invoice" id={invoice_id} /> }
          : { header: t("allocations.source"), cell: (allocation) => <Source allocation={allocation} /> },
        { header: t("allocations.amount"), isNumber: true, cell: ({ amount }) => <Money value={amount} /> },
      ]}
    />
  );
}

const Source = ({ allocation: { payment_id, credit_note_id } }: { allocation: Allocation }) =>
  credit_note_id ? <RecordLink kind="invoice" id={credit_note_id} /> : <RecordLink kind="payment" id={payment_id} />;
