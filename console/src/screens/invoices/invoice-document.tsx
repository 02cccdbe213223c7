import { useTranslation } from "react-i18next";
import { Unit } from "@/business/unit";
import { Percent, VatText } from "@/business/vat";
import type { components } from "@/generated/api";
import { RecordLink } from "@/records/record-link";
import { Card } from "@/ui/card";
import { Properties } from "@/ui/properties";
import { Table } from "@/ui/table";
import { Count, Day, Money, Time } from "@/ui/values";
import { InvoiceFindings } from "./invoice-findings";
import type { Invoice } from "./invoice-values";
import { TotalsView } from "./totals-view";

/** What an invoice states. */
export function InvoiceDocument({ invoice }: { invoice: Invoice }) {
  const { t } = useTranslation("invoices");
  return (
    <div className="space-y-4">
      <InvoiceFindings invoice={invoice} />
      {(invoice.seller ?? invoice.buyer) && (
        <div className="grid gap-4 sm:grid-cols-2">
          <Side title={t("seller")} side={invoice.seller} />
          <Side title={t("buyer")} side={invoice.buyer} />
        </div>
      )}
      <Table
        label={t("fields.lines")}
        rows={invoice.lines}
        rowKey={({ position }) => position}
        columns={[
          { header: t("business:line.position"), cell: ({ position }) => position },
          {
            header: t("business:line.text"),
            cell: ({ text, contract_position }) => (
              <span className="block min-w-40 wrap-anywhere">
                {text}
                {contract_position !== null && <span className="text-sm text-muted"> ({t("fields.contract_position")} {contract_position})</span>}
              </span>
            ),
          },
          { header: t("business:line.quantity"), isNumber: true, cell: ({ quantity, unit }) => <span className="whitespace-nowrap">{quantity} <Unit code={unit} /></span> },
          { header: t("business:line.price"), isNumber: true, cell: ({ unit_price }) => unit_price },
          { header: t("business:line.discount"), isNumber: true, cell: ({ discount_amount }) => <Money value={discount_amount.amount_minor === 0 ? null : discount_amount} /> },
          { header: t("business:line.vat"), isNumber: true, cell: ({ vat }) => <VatText vat={vat} /> },
          { header: t("business:line.net"), isNumber: true, cell: ({ net }) => <Money value={net} /> },
        ]}
      />
      <div className="grid items-start gap-4 lg:grid-cols-[1fr_22rem]">
        <Facts invoice={invoice} />
        <Card title={t("totals.title")} className="max-lg:order-first">
          <TotalsView totals={invoice.totals} />
          {invoice.totals_stated && <p className="mt-2 text-sm text-muted">{t("totals.stated")}</p>}
        </Card>
      </div>
    </div>
  );
}

function Facts({ invoice }: { invoice: Invoice }) {
  const { t } = useTranslation("invoices");
  const record = (field: "party_id" | "project_id" | "contract_id" | "document_id", kind: "party" | "project" | "contract" | "document") =>
    [t(`fields.${field}`), <RecordLink key={field} kind={kind} id={invoice[field]} />] as const;
  const day = (field: "issued_on" | "due_on" | "booked_on" | "service_from" | "service_until") =>
    [t(`fields.${field}`), <Day key={field} value={invoice[field]} />] as const;
  const discounts = invoice.discounts.map(({ days, rate_basis_points }) => (
    <span key={days} className="block">{t("discounts.one", { days })} <Percent points={rate_basis_points} /></span>
  ));
  return (
    <Card title={t("groups.facts")}>
      <Properties
        items={[
          record("party_id", "party"),
          record("project_id", "project"),
          record("contract_id", "contract"),
          ...(invoice.corrects_id ? [[t("corrects"), <RecordLink key="corrects" kind="invoice" id={invoice.corrects_id} />] as const] : []),
          ...(invoice.document_id ? [record("document_id", "document")] : []),
          day("issued_on"),
          day("due_on"),
          day("booked_on"),
          day("service_from"),
          day("service_until"),
          [t("fields.payment_terms_days"), <Count key="terms" value={invoice.payment_terms_days} />],
          [t("fields.discounts"), discounts.length > 0 ? discounts : "–"],
          [t("fields.price_mode"), t(`price_modes.${invoice.price_mode}`)],
          [t("fields.retention_basis_points"), <Percent key="retention" points={invoice.retention_basis_points} />],
          [t("fields.supplier_number"), invoice.supplier_number ?? "–"],
          [t("fields.purchase_order"), invoice.purchase_order ?? "–"],
          [t("fields.buyer_reference"), invoice.buyer_reference ?? "–"],
          [t("fields.allow_over_billing"), t(invoice.allow_over_billing ? "common:yes" : "common:no")],
          [t("created_by"), <RecordLink key="creator" kind="user" id={invoice.created_by} />],
          ...(invoice.approved_by ? [[t("approved_by"), <RecordLink key="approver" kind="user" id={invoice.approved_by} />] as const] : []),
          [t("updated"), <Time key="updated" value={invoice.updated_at} />],
          [t("fields.note"), <span key="note" className="whitespace-pre-wrap">{invoice.note ?? "–"}</span>],
        ]}
      />
    </Card>
  );
}

function Side({ title, side }: { title: string; side: components["schemas"]["DocumentParty"] | null }) {
  if (!side) return null;
  const { address, bank_account } = side;
  const lines = [
    address.street, address.additional, [address.postal_code, address.city].filter(Boolean).join(" "), address.country, side.vat_id, side.tax_number, bank_account.iban,
  ];
  return (
    <Card title={title}>
      <p className="font-medium wrap-anywhere">{side.name}</p>
      {lines.filter(Boolean).map((line) => <p key={line} className="wrap-anywhere">{line}</p>)}
    </Card>
  );
}
