import { useTranslation } from "react-i18next";
import { CURRENCIES } from "@/business/currencies";
import { VatText } from "@/business/vat";
import type { components } from "@/generated/api";
import { RecordLink } from "@/records/record-link";
import { RecordTable } from "@/records/record-table";
import { Badge } from "@/ui/badge";
import { EmptyState } from "@/ui/empty-state";
import { Day, Money } from "@/ui/values";

/** What invoices and payments mean for the books. */
export function Entries() {
  const { t } = useTranslation("accounting");
  return (
    <RecordTable
      id="accounting-entries"
      label={t("tabs.entries")}
      path="/api/v1/accounting/entries"
      topics={["invoices", "payments"]}
      rowName={({ source_id, part }) => `${source_id}-${part}`}
      columns={[
        { id: "booked_on", header: t("fields.booked_on"), cell: ({ booked_on }) => <Day value={booked_on} /> },
        { id: "kind", header: t("fields.kind"), cell: ({ kind }) => t(`kinds.${kind}`) },
        { id: "document", header: t("fields.document"), cell: ({ document, supplier_number }) => [document, supplier_number].filter(Boolean).join(" / ") || "–" },
        { id: "party", header: t("fields.party"), cell: ({ party_id }) => <RecordLink kind="party" id={party_id} /> },
        { id: "debit", header: t("fields.debit"), cell: ({ debit }) => <Posted account={debit} /> },
        { id: "credit", header: t("fields.credit"), cell: ({ credit }) => <Posted account={credit} /> },
        { id: "amount", header: t("fields.amount"), cell: ({ amount }) => <Money value={amount} />, isNumber: true },
        { id: "tax", header: t("fields.tax"), cell: ({ tax }) => <Money value={tax} />, isNumber: true },
        {
          id: "vat",
          header: t("business:line.vat"),
          cell: ({ vat_category: category, rate_basis_points }) => (category ? <VatText vat={{ category, rate_basis_points: rate_basis_points ?? 0 }} /> : "–"),
        },
        { id: "due_on", header: t("fields.due_on"), cell: ({ due_on }) => <Day value={due_on} />, isHidden: true },
        { id: "tax_key", header: t("fields.tax_key"), cell: ({ tax_key }) => tax_key ?? "–", isHidden: true },
        { id: "closed", header: t("fields.closed"), cell: ({ closed }) => <Badge tone={closed ? "good" : "neutral"}>{t(closed ? "closed" : "open")}</Badge> },
      ]}
      filters={[
        { kind: "days", from: "from", until: "until", label: t("period"), isUntilIncluded: true },
        { kind: "choice", name: "currency", label: t("business:currency"), values: CURRENCIES, text: (code) => code, none: t("currency_all") },
      ]}
      empty={
        <EmptyState title={t("empty.title")} example={{ method: "GET", path: "/api/v1/accounting/entries" }}>
          {t("empty.text")}
        </EmptyState>
      }
    />
  );
}

function Posted({ account }: { account: components["schemas"]["PostedAccount"] }) {
  const { t } = useTranslation("accounting");
  return (
    <span>
      <span className="whitespace-nowrap tabular-nums">{[account.account, account.party_account].filter(Boolean).join(" / ")}</span>
      <span className="block text-sm text-muted">{t(`purposes.${account.purpose}`)}</span>
    </span>
  );
}
