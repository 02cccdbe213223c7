import { useTranslation } from "react-i18next";
import { NoticeTable } from "@/screens/dunning/notice-table";
import { NextNotice } from "@/screens/dunning/next-notice";
import { useMay } from "@/api/session";
import { Card } from "@/ui/card";
import type { Invoice } from "./invoice-values";

/** The notices of an invoice, and what the next one would claim. */
export function InvoiceDunning({ invoice }: { invoice: Invoice }) {
  const { t } = useTranslation("invoices");
  const may = useMay();
  const isOpen = invoice.status === "issued" || invoice.status === "partially_paid";
  return (
    <div className="space-y-4">
      {isOpen && may("invoice:dun") && (
        <Card title={t("next_notice")}>
          <NextNotice invoiceId={invoice.id} />
        </Card>
      )}
      <NoticeTable prefix="notices." query={{ invoice_id: invoice.id }} />
    </div>
  );
}
