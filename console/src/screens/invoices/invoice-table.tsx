import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { useMay } from "@/api/session";
import { today } from "@/business/days";
import directions from "@/generated/values/InvoiceDirection";
import kinds from "@/generated/values/InvoiceKind";
import statuses from "@/generated/values/InvoiceStatus";
import { RecordLink } from "@/records/record-link";
import { RecordTable } from "@/records/record-table";
import { Badge } from "@/ui/badge";
import { EmptyState } from "@/ui/empty-state";
import { Day, Money, Time } from "@/ui/values";
import { InvoiceStatus, isOverdue } from "./invoice-status";

interface Props {
  /** What all invoices of the table have in common. */
  query?: { party_id?: string; contract_id?: string; project_id?: string; corrects_id?: string };
  prefix?: string;
  actions?: ReactNode;
}

export function InvoiceTable({ query = {}, prefix, actions }: Props) {
  const { t } = useTranslation("invoices");
  const may = useMay();
  const day = today();
  const records = (["party", "project", "contract"] as const).filter((kind) => !query[`${kind}_id`]);
  return (
    <RecordTable
      id="invoices"
      prefix={prefix}
      label={t("title")}
      path="/api/v1/invoices"
      params={{ query }}
      topics={["invoices", "payments"]}
      isSearchable
      rowLink={({ id }) => ({ to: "/invoices/$id", params: { id } })}
      rowName={({ number, id }) => number ?? `${t("draft")} …${id.slice(-8)}`}
      columns={[
        { id: "number", header: t("fields.number"), cell: ({ number, supplier_number }) => number ?? supplier_number ?? t("draft") },
        ...(query.party_id
          ? []
          : [{ id: "party", header: t("fields.party_id"), cell: ({ party_id }: { party_id: string }) => <RecordLink kind="party" id={party_id} /> }]),
        {
          id: "status",
          header: t("status"),
          cell: (invoice) => (
            <span className="inline-flex flex-wrap gap-1">
              <InvoiceStatus status={invoice.status} />
              {isOverdue(invoice, day) && <Badge tone="bad">{t("overdue")}</Badge>}
            </span>
          ),
        },
        { id: "kind", header: t("fields.kind"), cell: ({ kind }) => t(`business:kind.${kind}`) },
        { id: "direction", header: t("fields.direction"), cell: ({ direction }) => t(`business:direction.${direction}`), isHidden: true },
        { id: "issued_on", header: t("fields.issued_on"), cell: ({ issued_on }) => <Day value={issued_on} /> },
        { id: "due_on", header: t("fields.due_on"), cell: ({ due_on }) => <Day value={due_on} /> },
        { id: "gross", header: t("gross"), cell: ({ totals }) => <Money value={totals.gross} />, isNumber: true },
        { id: "open", header: t("open"), cell: ({ open, status }) => <Money value={status === "draft" ? null : open} />, isNumber: true },
        { id: "net", header: t("net"), cell: ({ totals }) => <Money value={totals.net} />, isNumber: true, isHidden: true },
        { id: "created_at", header: t("created"), cell: ({ created_at }) => <Time value={created_at} />, sort: "created_at", isHidden: true },
        { id: "updated_at", header: t("updated"), cell: ({ updated_at }) => <Time value={updated_at} relative />, sort: "updated_at" },
      ]}
      filters={[
        { kind: "set", name: "status", label: t("status"), values: statuses, text: (value) => t(`business:status.${value}`) },
        { kind: "set", name: "kind", label: t("fields.kind"), values: kinds, text: (value) => t(`business:kind.${value}`) },
        { kind: "choice", name: "direction", label: t("fields.direction"), values: directions, text: (value) => t(`business:direction.${value}`), none: t("direction_all") },
        { kind: "choice", name: "overdue_on", label: t("overdue"), values: [day], text: () => t("overdue_today"), none: t("overdue_all") },
        ...records.map((of) => ({ kind: "record" as const, name: `${of}_id`, label: t(`fields.${of}_id`), of })),
        { kind: "text", name: "number", label: t("fields.number") },
        { kind: "text", name: "supplier_number", label: t("fields.supplier_number") },
        { kind: "days", from: "created_after", until: "created_before", label: t("created") },
      ]}
      bulk={[
        ...(may("invoice:issue")
          ? [{
              label: t("issue.title"),
              question: (count: number) => t("issue.bulk", { count }),
              run: (invoice: { id: string; version: number }) =>
                answer(api.POST("/api/v1/invoices/{id}/issue", { params: { path: { id: invoice.id }, header: ifMatch(invoice) } })),
            }]
          : []),
        ...(may("invoice:delete")
          ? [{
              label: t("remove.title"),
              question: (count: number) => t("remove.bulk", { count }),
              isDangerous: true,
              run: (invoice: { id: string; version: number }) =>
                answer(api.DELETE("/api/v1/invoices/{id}", { params: { path: { id: invoice.id }, header: ifMatch(invoice) } })),
            }]
          : []),
      ]}
      empty={
        <EmptyState
          title={t("empty.title")}
          actions={actions}
          example={{
            method: "POST",
            path: "/api/v1/invoices",
            body: {
              party_id: query.party_id ?? "…",
              currency: "EUR",
              lines: [{ text: "Survey", quantity: "8", unit: "HUR", unit_price: "95.00", vat: { category: "S", rate_basis_points: 1900 } }],
            },
          }}
        >
          {t("empty.text")}
        </EmptyState>
      }
    />
  );
}
