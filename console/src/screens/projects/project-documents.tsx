import { useTranslation } from "react-i18next";
import { screenOf } from "@/app/subjects";
import { RecordTable } from "@/records/record-table";
import { EmptyState } from "@/ui/empty-state";
import { Bytes, Time } from "@/ui/values";

export function ProjectDocuments({ projectId }: { projectId: string }) {
  const { t } = useTranslation("projects");
  return (
    <RecordTable
      id="project-documents"
      prefix="documents."
      label={t("tabs.documents")}
      path="/api/v1/documents"
      params={{ query: { project_id: projectId } }}
      topics={["documents"]}
      isSearchable
      rowName={({ name }) => name}
      rowLink={({ id }) => ({ to: screenOf("document", id) })}
      columns={[
        { id: "name", header: t("documents.name"), cell: ({ name }) => name, sort: "name" },
        { id: "kind", header: t("documents.kind"), cell: ({ current }) => current.content_type },
        { id: "size", header: t("documents.size"), cell: ({ current }) => <Bytes value={current.size_bytes} />, isNumber: true },
        { id: "created_at", header: t("documents.uploaded"), cell: ({ created_at }) => <Time value={created_at} />, sort: "created_at" },
      ]}
      empty={<EmptyState title={t("documents.empty")}>{t("documents.empty_text")}</EmptyState>}
    />
  );
}
