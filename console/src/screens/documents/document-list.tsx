import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { useMay } from "@/api/session";
import { Page } from "@/app/page";
import kinds from "@/generated/values/DocumentKind";
import statuses from "@/generated/values/DocumentStatus";
import { RecordLink } from "@/records/record-link";
import { RecordTable } from "@/records/record-table";
import { useSearchState } from "@/records/search-state";
import { EmptyState } from "@/ui/empty-state";
import { Bytes, Time } from "@/ui/values";
import { DocumentIcon } from "./document-icon";
import { DocumentStatus } from "./document-status";
import { UploadArea } from "./uploads/upload-area";

export function DocumentList() {
  const { t } = useTranslation("documents");
  const may = useMay();
  const [search] = useSearchState();
  return (
    <Page title={t("title")}>
      {may("document:create") && <UploadArea projectId={search.project_id} />}
      <RecordTable
        id="documents"
        label={t("title")}
        path="/api/v1/documents"
        topics={["documents"]}
        isSearchable
        rowLink={({ id }) => ({ to: "/documents/$id", params: { id } })}
        rowName={({ name }) => name}
        columns={[
          {
            id: "name",
            header: t("name"),
            sort: "name",
            cell: (document) => (
              <span className="inline-flex max-w-[24rem] items-center gap-2 align-middle max-sm:max-w-48">
                <DocumentIcon document={document} />
                <span className="truncate" title={document.name}>{document.name}</span>
              </span>
            ),
          },
          { id: "status", header: t("status"), cell: ({ status }) => <DocumentStatus status={status} /> },
          { id: "kind", header: t("kind"), cell: ({ kind }) => t(`kinds.${kind}`) },
          { id: "project", header: t("project"), cell: ({ project_id }) => <RecordLink kind="project" id={project_id} /> },
          { id: "size", header: t("size"), cell: ({ current }) => <Bytes value={current.size_bytes} />, isNumber: true },
          { id: "number", header: t("version"), cell: ({ current }) => current.number, isNumber: true, isHidden: true },
          { id: "created_at", header: t("created"), cell: ({ created_at }) => <Time value={created_at} />, sort: "created_at", isHidden: true },
          { id: "updated_at", header: t("updated"), cell: ({ updated_at }) => <Time value={updated_at} relative />, sort: "updated_at" },
        ]}
        filters={[
          { kind: "record", name: "project_id", label: t("project"), of: "project" },
          { kind: "set", name: "kind", label: t("kind"), values: kinds, text: (value) => t(`kinds.${value}`) },
          { kind: "set", name: "status", label: t("status"), values: statuses, text: (value) => t(`statuses.${value}`) },
          { kind: "days", from: "created_after", until: "created_before", label: t("created") },
        ]}
        bulk={
          may("document:delete")
            ? [
                {
                  label: t("delete.title"),
                  question: (count) => t("delete.bulk", { count }),
                  isDangerous: true,
                  run: (document) =>
                    answer(api.DELETE("/api/v1/documents/{id}", { params: { path: { id: document.id }, header: ifMatch(document) } })),
                },
              ]
            : []
        }
        empty={
          <EmptyState
            title={t("empty.title")}
            example={{ method: "POST", path: "/api/v1/documents", file: { name: "plan.pdf" } }}
          >
            {t("empty.text")}
          </EmptyState>
        }
      />
    </Page>
  );
}
