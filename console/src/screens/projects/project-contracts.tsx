import { useTranslation } from "react-i18next";
import { screenOf } from "@/app/subjects";
import statuses from "@/generated/values/ContractStatus";
import { RecordLink } from "@/records/record-link";
import { RecordTable } from "@/records/record-table";
import { EmptyState } from "@/ui/empty-state";
import { Day, Money } from "@/ui/values";

export function ProjectContracts({ projectId }: { projectId: string }) {
  const { t } = useTranslation("projects");
  return (
    <RecordTable
      id="project-contracts"
      prefix="contracts."
      label={t("tabs.contracts")}
      path="/api/v1/contracts"
      params={{ query: { project_id: projectId } }}
      topics={["contracts"]}
      rowName={({ title }) => title}
      rowLink={({ id }) => ({ to: screenOf("contract", id) })}
      columns={[
        { id: "title", header: t("contracts.title"), cell: ({ title }) => title },
        { id: "number", header: t("contracts.number"), cell: ({ number }) => number ?? "–" },
        { id: "party", header: t("contracts.party"), cell: ({ party_id }) => <RecordLink kind="party" id={party_id} /> },
        { id: "status", header: t("status"), cell: ({ status }) => t(`contracts.statuses.${status}`) },
        { id: "signed_at", header: t("contracts.signed"), cell: ({ signed_at }) => <Day value={signed_at} /> },
        { id: "value", header: t("contracts.value"), cell: ({ value }) => <Money value={value} />, isNumber: true },
      ]}
      filters={[
        { kind: "set", name: "status", label: t("status"), values: statuses, text: (value) => t(`contracts.statuses.${value}`) },
        { kind: "record", name: "party_id", label: t("contracts.party"), of: "party" },
      ]}
      empty={<EmptyState title={t("contracts.empty")}>{t("contracts.empty_text")}</EmptyState>}
    />
  );
}
