import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import directions from "@/generated/values/PaymentDirection";
import statuses from "@/generated/values/PaymentStatus";
import { RecordLink } from "@/records/record-link";
import { RecordTable } from "@/records/record-table";
import { EmptyState } from "@/ui/empty-state";
import { Day, Money, Time } from "@/ui/values";
import { PaymentStatus } from "./payment-status";

export function PaymentTable({ query, prefix, actions }: { query?: { party_id?: string }; prefix?: string; actions?: ReactNode }) {
  const { t } = useTranslation("payments");
  return (
    <RecordTable
      id="payments"
      prefix={prefix}
      label={t("title")}
      path="/api/v1/payments"
      params={{ query }}
      topics={["payments"]}
      isSearchable
      rowLink={({ id }) => ({ to: "/payments/$id", params: { id } })}
      rowName={({ reference, received_on }) => reference ?? received_on}
      columns={[
        { id: "received_on", header: t("fields.received_on"), cell: ({ received_on }) => <Day value={received_on} /> },
        { id: "direction", header: t("fields.direction"), cell: ({ direction }) => t(`business:payment_direction.${direction}`) },
        ...(query?.party_id ? [] : [{ id: "party", header: t("fields.party_id"), cell: ({ party_id }: { party_id: string }) => <RecordLink kind="party" id={party_id} /> }]),
        { id: "reference", header: t("fields.reference"), cell: ({ reference }) => reference ?? "–" },
        { id: "method", header: t("fields.method"), cell: ({ method }) => t(`methods.${method}`) },
        { id: "amount", header: t("fields.amount"), cell: ({ amount }) => <Money value={amount} />, isNumber: true },
        { id: "unallocated", header: t("unallocated"), cell: ({ unallocated }) => <Money value={unallocated} />, isNumber: true },
        { id: "status", header: t("status"), cell: (payment) => <PaymentStatus payment={payment} /> },
        { id: "created_at", header: t("created"), cell: ({ created_at }) => <Time value={created_at} />, sort: "created_at", isHidden: true },
        { id: "updated_at", header: t("updated"), cell: ({ updated_at }) => <Time value={updated_at} relative />, sort: "updated_at" },
      ]}
      filters={[
        { kind: "choice", name: "direction", label: t("fields.direction"), values: directions, text: (value) => t(`business:payment_direction.${value}`), none: t("direction_all") },
        { kind: "set", name: "status", label: t("status"), values: statuses, text: (value) => t(`statuses.${value}`) },
        { kind: "choice", name: "unallocated", label: t("unallocated"), values: ["true", "false"], text: (value) => t(`credit.${value}`), none: t("credit.any") },
        ...(query?.party_id ? [] : [{ kind: "record", name: "party_id", label: t("fields.party_id"), of: "party" } as const]),
        { kind: "text", name: "reference", label: t("fields.reference") },
        { kind: "days", from: "received_from", until: "received_until", label: t("fields.received_on"), isUntilIncluded: true },
      ]}
      empty={
        <EmptyState
          title={t("empty.title")}
          actions={actions}
          example={{
            method: "POST",
            path: "/api/v1/payments",
            body: { direction: "received", method: "bank_transfer", received_on: "2026-11-30", amount: { amount_minor: 11900, currency: "EUR" }, party_id: query?.party_id ?? "…" },
          }}
        >
          {t("empty.text")}
        </EmptyState>
      }
    />
  );
}
