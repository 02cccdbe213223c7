import { Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { useMay } from "@/api/session";
import { Page } from "@/app/page";
import type { components } from "@/generated/api";
import kinds from "@/generated/values/ModelKind";
import providers from "@/generated/values/ModelProvider";
import statuses from "@/generated/values/ModelStatus";
import { RecordTable } from "@/records/record-table";
import { useSearchState } from "@/records/search-state";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { Time } from "@/ui/values";
import { CreateModel } from "./create-model";
import { ModelBadges } from "./model-badges";

export function ModelList() {
  const { t } = useTranslation("models");
  const may = useMay();
  const [search, setSearch] = useSearchState();
  const create = may("model:create") && (
    <Button kind="primary" data-shortcut="create" onClick={() => setSearch({ dialog: "create" })}>
      <Plus aria-hidden="true" />
      {t("create")}
    </Button>
  );
  return (
    <Page title={t("title")} actions={create}>
      <RecordTable
        id="models"
        label={t("title")}
        path="/api/v1/models"
        topics={["models"]}
        isSearchable
        rowLink={({ id }) => ({ to: "/models/$id", params: { id } })}
        rowName={({ name }) => name}
        columns={[
          { id: "name", header: t("name"), cell: ({ name }) => name, sort: "name" },
          { id: "status", header: t("status"), cell: (model) => <ModelBadges model={model} /> },
          { id: "kind", header: t("kind"), cell: ({ kind }) => t(`kinds.${kind}`) },
          { id: "provider", header: t("provider"), cell: ({ provider }) => t(`providers.${provider}`) },
          { id: "model_id", header: t("model_id"), cell: ({ model_id }) => <code className="text-sm wrap-anywhere">{model_id}</code> },
          { id: "secret", header: t("secret"), cell: ({ secret }) => <code className="text-sm">{secret ?? "–"}</code>, isHidden: true },
          { id: "created_at", header: t("common:record.created"), cell: ({ created_at }) => <Time value={created_at} />, sort: "created_at", isHidden: true },
          { id: "updated_at", header: t("common:record.updated"), cell: ({ updated_at }) => <Time value={updated_at} relative />, sort: "updated_at" },
        ]}
        filters={[
          { kind: "set", name: "kind", label: t("kind"), values: kinds, text: (value) => t(`kinds.${value}`) },
          { kind: "set", name: "provider", label: t("provider"), values: providers, text: (value) => t(`providers.${value}`) },
          { kind: "set", name: "status", label: t("status"), values: statuses, text: (value) => t(`statuses.${value}`) },
        ]}
        bulk={
          may("model:update")
            ? (["disabled", "active"] as const).map((status) => ({
                label: t(`bulk.${status}.label`),
                question: (count: number) => t(`bulk.${status}.question`, { count }),
                run: (model: components["schemas"]["Model"]) =>
                  answer(api.PATCH("/api/v1/models/{id}", { params: { path: { id: model.id }, header: ifMatch(model) }, body: { status } })),
              }))
            : []
        }
        empty={
          <EmptyState
            title={t("empty.title")}
            actions={create}
            example={{
              method: "POST",
              path: "/api/v1/models",
              body: { name: "fast", provider: "openai", model_id: "gpt-5-mini", secret: "sk-…" },
            }}
          >
            {t("empty.text")}
          </EmptyState>
        }
      />
      {search.dialog === "create" && <CreateModel onClose={() => setSearch({ dialog: undefined })} />}
    </Page>
  );
}
