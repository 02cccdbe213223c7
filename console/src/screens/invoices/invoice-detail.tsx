import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/session";
import { useLive } from "@/api/use-live";
import { AllocationList } from "@/business/allocation-list";
import { today } from "@/business/days";
import { Sums } from "@/business/sums";
import { Comments } from "@/records/comments/comments";
import { Detail } from "@/records/detail";
import { Loaded } from "@/records/loaded";
import { Badge } from "@/ui/badge";
import { Money } from "@/ui/values";
import { InvoiceActions } from "./invoice-actions";
import { InvoiceDocument } from "./invoice-document";
import { InvoiceDunning } from "./invoice-dunning";
import { InvoicePdf } from "./invoice-pdf";
import { InvoiceStatus, isOverdue } from "./invoice-status";
import { InvoiceTable } from "./invoice-table";
import type { Invoice } from "./invoice-values";

export function InvoiceDetail() {
  const { id } = useParams({ strict: false }) as { id: string };
  useLive(["invoices", "payments"]);
  return (
    <Loaded path="/api/v1/invoices/{id}" params={{ path: { id } }}>
      {(invoice) => <Shown invoice={invoice} />}
    </Loaded>
  );
}

function Shown({ invoice }: { invoice: Invoice }) {
  const { t } = useTranslation("invoices");
  const may = useMay();
  const { id, status, kind, direction } = invoice;
  const isIssued = status !== "draft";
  const isOwn = direction === "receivable";
  const tabs = [
    { value: "document", isShown: true, content: <InvoiceDocument invoice={invoice} /> },
    { value: "pdf", isShown: isOwn && isIssued, content: <InvoicePdf invoice={invoice} /> },
    { value: "settled", isShown: isIssued && may("payment:read"), content: <Settled id={id} /> },
    { value: "dunning", isShown: isIssued && isOwn && kind !== "credit_note", content: <InvoiceDunning invoice={invoice} /> },
    { value: "credit_notes", isShown: isIssued && kind !== "credit_note", content: <InvoiceTable prefix="credit." query={{ corrects_id: id }} /> },
    { value: "comments", isShown: may("comment:read"), content: <Comments subject="invoice" id={id} /> },
  ];
  return (
    <Detail
      title={invoice.number ?? invoice.supplier_number ?? t("draft")}
      badges={
        <>
          <InvoiceStatus status={status} />
          <Badge>{t(`business:kind.${kind}`)}</Badge>
          {!isOwn && <Badge>{t("business:direction.payable")}</Badge>}
          {isOverdue(invoice, today()) && <Badge tone="bad">{t("overdue")}</Badge>}
          {invoice.approved_by && <Badge tone="good">{t("approved")}</Badge>}
          {invoice.dunning_blocked && <Badge tone="warn">{t("dunning_blocked")}</Badge>}
        </>
      }
      actions={<InvoiceActions invoice={invoice} />}
      back={{ to: "/invoices", label: t("title") }}
      tabsLabel={t("tabs.label")}
      tabs={tabs.filter(({ isShown }) => isShown).map((tab) => ({ ...tab, label: t(`tabs.${tab.value}`) }))}
    >
      {isIssued && (
        <Sums
          items={[
            [t("totals.due"), <Money key="due" value={invoice.totals.due} />],
            [t("settled"), <Money key="settled" value={invoice.settled} />],
            ...(invoice.written_off.amount_minor === 0 ? [] : [[t("business:status.written_off"), <Money key="lost" value={invoice.written_off} />] as const]),
            [t("open"), <Money key="open" value={invoice.open} />],
          ]}
        />
      )}
    </Detail>
  );
}

const Settled = ({ id }: { id: string }) => (
  <Loaded path="/api/v1/invoices/{id}/allocations" params={{ path: { id } }}>
    {({ data }) => <AllocationList allocations={data} from="invoice" />}
  </Loaded>
);
