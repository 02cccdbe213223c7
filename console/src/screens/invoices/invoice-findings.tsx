import { TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { VatText } from "@/business/vat";
import { RecordLink } from "@/records/record-link";
import { Card } from "@/ui/card";
import { Table } from "@/ui/table";
import { Bytes, Day, Money } from "@/ui/values";
import type { Invoice } from "./invoice-values";

/** What was found in a received document, and what an invoice has besides its lines. */
export function InvoiceFindings({ invoice }: { invoice: Invoice }) {
  const { t } = useTranslation("invoices");
  const { findings, adjustments, deductions, attachments } = invoice;
  return (
    <>
      {findings && (
        <Card title={t("findings.title")}>
          {(findings.buyer_name ?? findings.buyer_vat_id) && (
            <p>{t("findings.buyer")}: {[findings.buyer_name, findings.buyer_vat_id].filter(Boolean).join(", ")}</p>
          )}
          {findings.files.length > 0 && <p>{t("findings.files")}: {findings.files.join(", ")}</p>}
          {findings.warnings.length === 0 && <p className="text-good">{t("findings.none")}</p>}
          <ul className="mt-2 space-y-1">
            {findings.warnings.map(({ code, text }) => (
              <li key={`${code}${text}`} className="flex gap-2 text-warn">
                <TriangleAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0" />
                <span className="wrap-anywhere"><code>{code}</code> {text}</span>
              </li>
            ))}
          </ul>
        </Card>
      )}
      {adjustments.length > 0 && (
        <Table
          label={t("fields.adjustments")}
          rows={adjustments.map((adjustment, index) => ({ ...adjustment, index }))}
          rowKey={({ index }) => index}
          columns={[
            { header: t("adjustments.type"), cell: ({ type }) => t(`adjustments.${type}`) },
            { header: t("adjustments.reason"), cell: ({ reason }) => reason },
            { header: t("business:line.vat"), isNumber: true, cell: ({ vat }) => <VatText vat={vat} /> },
            { header: t("adjustments.amount"), isNumber: true, cell: ({ amount }) => <Money value={amount} /> },
          ]}
        />
      )}
      {deductions.length > 0 && (
        <Table
          label={t("deductions")}
          rows={deductions}
          rowKey={({ invoice_id }) => invoice_id}
          columns={[
            { header: t("deductions"), cell: ({ invoice_id }) => <RecordLink kind="invoice" id={invoice_id} /> },
            { header: t("fields.issued_on"), cell: ({ issued_on }) => <Day value={issued_on} /> },
            { header: t("net"), isNumber: true, cell: ({ vat }) => vat.map((row) => <div key={`${row.category}${row.rate_basis_points}`}><Money value={row.net} /></div>) },
            { header: t("business:line.vat"), isNumber: true, cell: ({ vat }) => vat.map((row) => <div key={`${row.category}${row.rate_basis_points}`}><Money value={row.tax} /></div>) },
          ]}
        />
      )}
      {attachments.length > 0 && (
        <Table
          label={t("fields.attachments")}
          rows={attachments}
          rowKey={({ document_id }) => document_id}
          columns={[
            { header: t("fields.attachments"), cell: ({ document_id }) => <RecordLink kind="document" id={document_id} /> },
            { header: t("attachments.size"), isNumber: true, cell: ({ size_bytes }) => <Bytes value={size_bytes} /> },
            { header: "SHA-256", cell: ({ sha256 }) => <code className="text-sm wrap-anywhere">{sha256?.slice(0, 16) ?? "–"}</code> },
          ]}
        />
      )}
    </>
  );
}
