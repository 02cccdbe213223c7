import { Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { useMay } from "@/api/session";
import { Page } from "@/app/page";
import { RecordTable } from "@/records/record-table";
import { useSearchState } from "@/records/search-state";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { Time } from "@/ui/values";
import { CreateTeam } from "./create-team";

export function TeamList() {
  const { t } = useTranslation("teams");
  const may = useMay();
  const [search, setSearch] = useSearchState();
  const create = may("team:create") && (
    <Button kind="primary" data-shortcut="create" onClick={() => setSearch({ dialog: "create" })}>
      <Plus aria-hidden="true" />
      {t("create")}
    </Button>
  );
  return (
    <Page title={t("title")} actions={create}>
      <RecordTable
        id="teams"
        label={t("title")}
        path="/api/v1/teams"
        topics={["teams"]}
        rowLink={({ id }) => ({ to: `/teams/${id}` as "/" })}
        rowName={({ name }) => name}
        columns={[
          { id: "name", header: t("name"), cell: ({ name }) => name, sort: "name" },
          { id: "description", header: t("description"), cell: ({ description }) => <span className="line-clamp-2">{description ?? "–"}</span> },
          { id: "created_at", header: t("created"), cell: ({ created_at }) => <Time value={created_at} />, sort: "created_at" },
        ]}
        filters={[{ kind: "days", from: "created_after", until: "created_before", label: t("created") }]}
        bulk={
          may("team:delete")
            ? [
                {
                  label: t("common:remove"),
                  question: (count) => t("delete.bulk", { count }),
                  isDangerous: true,
                  run: (team) => answer(api.DELETE("/api/v1/teams/{id}", { params: { path: { id: team.id }, header: ifMatch(team) } })),
                },
              ]
            : []
        }
        empty={
          <EmptyState title={t("empty.title")} actions={create} example={{ method: "POST", path: "/api/v1/teams", body: { name: "Site managers" } }}>
            {t("empty.text")}
          </EmptyState>
        }
      />
      {search.dialog === "create" && <CreateTeam onClose={() => setSearch({ dialog: undefined })} />}
    </Page>
  );
}
