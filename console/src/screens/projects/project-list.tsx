import { Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { useMay } from "@/api/session";
import { Page } from "@/app/page";
import statuses from "@/generated/values/ProjectStatus";
import { RecordTable } from "@/records/record-table";
import { useSearchState } from "@/records/search-state";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { Day, Time } from "@/ui/values";
import { CreateProject } from "./create-project";
import { ProjectStatus } from "./project-status";

export function ProjectList() {
  const { t } = useTranslation("projects");
  const may = useMay();
  const [search, setSearch] = useSearchState();
  const create = may("project:create") && (
    <Button kind="primary" data-shortcut="create" onClick={() => setSearch({ dialog: "create" })}>
      <Plus aria-hidden="true" />
      {t("create")}
    </Button>
  );
  return (
    <Page title={t("title")} actions={create}>
      <RecordTable
        id="projects"
        label={t("title")}
        path="/api/v1/projects"
        topics={["projects"]}
        isSearchable
        rowLink={({ id }) => ({ to: "/projects/$id", params: { id } })}
        rowName={({ code, name }) => `${code} ${name}`}
        columns={[
          { id: "code", header: t("code"), cell: ({ code }) => code, sort: "code" },
          { id: "name", header: t("name"), cell: ({ name }) => name, sort: "name" },
          { id: "status", header: t("status"), cell: ({ status }) => <ProjectStatus status={status} /> },
          { id: "starts_on", header: t("starts_on"), cell: ({ starts_on }) => <Day value={starts_on} /> },
          { id: "ends_on", header: t("ends_on"), cell: ({ ends_on }) => <Day value={ends_on} /> },
          { id: "created_at", header: t("created"), cell: ({ created_at }) => <Time value={created_at} />, sort: "created_at", isHidden: true },
          { id: "updated_at", header: t("updated"), cell: ({ updated_at }) => <Time value={updated_at} relative />, sort: "updated_at" },
        ]}
        filters={[
          { kind: "set", name: "status", label: t("status"), values: statuses, text: (value) => t(`statuses.${value}`) },
          {
            kind: "choice",
            name: "archived",
            label: t("archived.label"),
            values: ["true", "any"],
            text: (value) => t(`archived.${value}`),
            none: t("archived.false"),
          },
          { kind: "days", from: "created_after", until: "created_before", label: t("created") },
        ]}
        bulk={
          may("project:delete")
            ? [
                {
                  label: t("common:archive"),
                  question: (count) => t("archive.bulk", { count }),
                  isDangerous: true,
                  run: (project) =>
                    answer(
                      api.DELETE("/api/v1/projects/{id}", { params: { path: { id: project.id }, header: ifMatch(project) } }),
                    ),
                },
              ]
            : []
        }
        empty={
          <EmptyState
            title={t("empty.title")}
            actions={create}
            example={{ method: "POST", path: "/api/v1/projects", body: { code: "HRB-7", name: "Harbour crossing" } }}
          >
            {t("empty.text")}
          </EmptyState>
        }
      />
      {search.dialog === "create" && <CreateProject onClose={() => setSearch({ dialog: undefined })} />}
    </Page>
  );
}
