import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { useMay } from "@/api/session";
import roles from "@/generated/values/ContractRole";
import statuses from "@/generated/values/ContractStatus";
import { RecordLink } from "@/records/record-link";
import { RecordTable } from "@/records/record-table";
import { EmptyState } from "@/ui/empty-state";
import { Day, Money, Time } from "@/ui/values";
import { ContractStatus } from "./contract-status";

interface Props {
  /** What all contracts of the table have in common. */
  query?: { party_id?: string; project_id?: string };
  prefix?: string;
  actions?: ReactNode;
}

export function ContractTable({ query, prefix, actions }: Props) {
  const { t } = useTranslation("contracts");
  const may = useMay();
  const drafts = { label: t("remove"), question: (count: number) => t("remove_bulk", { count }), isDangerous: true };
  return (
    <RecordTable
      id="contracts"
      prefix={prefix}
      label={t("title")}
      path="/api/v1/contracts"
      params={{ query }}
      topics={["contracts"]}
      isSearchable
      rowLink={({ id }) => ({ to: "/contracts/$id", params: { id } })}
      rowName={({ number, title }) => [number, title].filter(Boolean).join(" ")}
      columns={[
        { id: "title", header: t("fields.title"), cell: ({ title }) => title },
        { id: "number", header: t("fields.number"), cell: ({ number }) => number ?? "–", sort: "number" },
        { id: "status", header: t("status"), cell: ({ status }) => <ContractStatus status={status} /> },
        { id: "role", header: t("fields.role"), cell: ({ role }) => t(`roles.${role}`) },
        ...(query?.party_id ? [] : [{ id: "party", header: t("fields.party_id"), cell: ({ party_id }: { party_id: string }) => <RecordLink kind="party" id={party_id} /> }]),
        { id: "value", header: t("value"), cell: ({ value }) => <Money value={value} />, isNumber: true },
        { id: "signed_at", header: t("fields.signed_at"), cell: ({ signed_at }) => <Day value={signed_at} />, sort: "signed_at" },
        { id: "created_at", header: t("created"), cell: ({ created_at }) => <Time value={created_at} />, sort: "created_at", isHidden: true },
        { id: "updated_at", header: t("updated"), cell: ({ updated_at }) => <Time value={updated_at} relative />, sort: "updated_at" },
      ]}
      filters={[
        { kind: "set", name: "status", label: t("status"), values: statuses, text: (value) => t(`statuses.${value}`) },
        { kind: "choice", name: "role", label: t("fields.role"), values: roles, text: (value) => t(`roles.${value}`), none: t("roles.all") },
        ...(query?.party_id ? [] : [{ kind: "record", name: "party_id", label: t("fields.party_id"), of: "party" } as const]),
        ...(query?.project_id ? [] : [{ kind: "record", name: "project_id", label: t("fields.project_id"), of: "project" } as const]),
        { kind: "text", name: "number", label: t("fields.number") },
        { kind: "days", from: "created_after", until: "created_before", label: t("created") },
      ]}
      bulk={
        may("contract:delete")
          ? [{ ...drafts, run: (contract) => answer(api.DELETE("/api/v1/contracts/{id}", { params: { path: { id: contract.id }, header: ifMatch(contract) } })) }]
          : []
      }
      empty={
        <EmptyState
          title={t("empty.title")}
          actions={actions}
          example={{ method: "POST", path: "/api/v1/contracts", body: { title: "Harbour crossing", role: "sale", currency: "EUR", party_id: query?.party_id ?? "…" } }}
        >
          {t("empty.text")}
        </EmptyState>
      }
    />
  );
}
