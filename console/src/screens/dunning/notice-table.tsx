import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { useMay } from "@/api/session";
import statuses from "@/generated/values/DunningStatus";
import { RecordLink } from "@/records/record-link";
import { RecordTable } from "@/records/record-table";
import { Badge } from "@/ui/badge";
import { EmptyState } from "@/ui/empty-state";
import { Day, Money, Time } from "@/ui/values";

const LEVELS = ["1", "2", "3", "4", "5"];

interface Props {
  query?: { invoice_id?: string };
  prefix?: string;
  actions?: ReactNode;
}

export function NoticeTable({ query = {}, prefix, actions }: Props) {
  const { t } = useTranslation("dunning");
  const may = useMay();
  const isOfInvoice = query.invoice_id !== undefined;
  return (
    <RecordTable
      id="dunning-notices"
      prefix={prefix}
      label={t("title")}
      path="/api/v1/dunning-notices"
      params={{ query }}
      topics={["invoices"]}
      rowLink={({ id }) => ({ to: "/dunning/$id", params: { id } })}
      rowName={({ claim }) => t("level_of", { level: claim.level, day: claim.dated_on })}
      columns={[
        { id: "dated_on", header: t("fields.dated_on"), cell: ({ claim }) => <Day value={claim.dated_on} /> },
        { id: "level", header: t("fields.level"), cell: ({ claim }) => claim.level, isNumber: true },
        ...(isOfInvoice
          ? []
          : [
              { id: "invoice", header: t("fields.invoice_id"), cell: ({ invoice_id }: { invoice_id: string }) => <RecordLink kind="invoice" id={invoice_id} /> },
              { id: "party", header: t("fields.party_id"), cell: ({ party_id }: { party_id: string }) => <RecordLink kind="party" id={party_id} /> },
            ]),
        { id: "overdue", header: t("fields.overdue"), cell: ({ claim }) => <Money value={claim.overdue} />, isNumber: true },
        { id: "interest", header: t("fields.interest"), cell: ({ claim }) => <Money value={claim.interest} />, isNumber: true },
        { id: "total", header: t("fields.total"), cell: ({ claim }) => <Money value={claim.total} />, isNumber: true },
        { id: "pay_by", header: t("fields.pay_by"), cell: ({ claim }) => <Day value={claim.pay_by} /> },
        { id: "status", header: t("status"), cell: ({ status }) => <NoticeStatus status={status} /> },
        { id: "created_at", header: t("created"), cell: ({ created_at }) => <Time value={created_at} />, sort: "created_at", isHidden: true },
        { id: "updated_at", header: t("updated"), cell: ({ updated_at }) => <Time value={updated_at} relative />, sort: "updated_at", isHidden: true },
      ]}
      filters={[
        { kind: "set", name: "status", label: t("status"), values: statuses, text: (value) => t(`statuses.${value}`) },
        { kind: "choice", name: "level", label: t("fields.level"), values: LEVELS, text: (level) => t("level", { level }), none: t("level_all") },
        ...(isOfInvoice
          ? []
          : [
              { kind: "record", name: "party_id", label: t("fields.party_id"), of: "party" } as const,
              { kind: "record", name: "invoice_id", label: t("fields.invoice_id"), of: "invoice" } as const,
            ]),
        { kind: "days", from: "created_after", until: "created_before", label: t("created") },
      ]}
      bulk={
        may("invoice:dun")
          ? [{
              label: t("withdraw.title"),
              question: (count) => t("withdraw.bulk", { count }),
              isDangerous: true,
              run: (notice) =>
                answer(api.POST("/api/v1/dunning-notices/{id}/withdraw", { params: { path: { id: notice.id }, header: ifMatch(notice) } })),
            }]
          : []
      }
      empty={
        isOfInvoice ? (
          <p className="text-muted">{t("none_of_invoice")}</p>
        ) : (
          <EmptyState title={t("empty.title")} actions={actions} example={{ method: "POST", path: "/api/v1/dunning-runs?dry_run=true" }}>
            {t("empty.text")}
          </EmptyState>
        )
      }
    />
  );
}

export function NoticeStatus({ status }: { status: "issued" | "withdrawn" }) {
  const { t } = useTranslation("dunning");
  return <Badge tone={status === "issued" ? "accent" : "neutral"}>{t(`statuses.${status}`)}</Badge>;
}
