import { Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { useMay } from "@/api/session";
import { Page } from "@/app/page";
import { RecordTable } from "@/records/record-table";
import { useSearchState } from "@/records/search-state";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { Count, Time } from "@/ui/values";
import { CreateDataset } from "./create-dataset";

export function DatasetList() {
  const { t } = useTranslation("datasets");
  const may = useMay();
  const [search, setSearch] = useSearchState();
  const create = may("dataset:create") && (
    <Button kind="primary" data-shortcut="create" onClick={() => setSearch({ dialog: "create" })}>
      <Plus aria-hidden="true" />
      {t("create")}
    </Button>
  );
  return (
    <Page title={t("title")} actions={create}>
      <RecordTable
        id="datasets"
        label={t("title")}
        path="/api/v1/datasets"
        topics={["datasets"]}
        isSearchable
        rowLink={({ id }) => ({ to: "/datasets/$id", params: { id } })}
        rowName={({ name }) => name}
        columns={[
          { id: "name", header: t("name"), cell: ({ name }) => name, sort: "name" },
          { id: "items", header: t("items"), cell: ({ items }) => <Count value={items} />, isNumber: true },
          { id: "items_changed_at", header: t("items_changed"), cell: ({ items_changed_at }) => <Time value={items_changed_at} relative /> },
          { id: "created_at", header: t("common:record.created"), cell: ({ created_at }) => <Time value={created_at} />, sort: "created_at" },
          { id: "updated_at", header: t("common:record.updated"), cell: ({ updated_at }) => <Time value={updated_at} relative />, isHidden: true },
        ]}
        filters={[{ kind: "days", from: "created_after", until: "created_before", label: t("common:record.created") }]}
        bulk={
          may("dataset:delete")
            ? [
                {
                  label: t("remove.title"),
                  question: (count) => t("remove.bulk", { count }),
                  isDangerous: true,
                  run: (dataset) =>
                    answer(api.DELETE("/api/v1/datasets/{id}", { params: { path: { id: dataset.id }, header: ifMatch(dataset) } })),
                },
              ]
            : []
        }
        empty={
          <EmptyState title={t("empty.title")} actions={create} example={{ method: "POST", path: "/api/v1/datasets", body: { name: "Notes from the site" } }}>
            {t("empty.text")}
          </EmptyState>
        }
      />
      {search.dialog === "create" && <CreateDataset onClose={() => setSearch({ dialog: undefined })} />}
    </Page>
  );
}
