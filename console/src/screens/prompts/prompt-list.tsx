import { Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/session";
import { Page } from "@/app/page";
import { RecordLink } from "@/records/record-link";
import { RecordTable } from "@/records/record-table";
import { useSearchState } from "@/records/search-state";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { Count, Time } from "@/ui/values";
import { CreatePrompt } from "./create-prompt";
import { PromptBadge, Tags } from "./prompt-badges";
import { usePromptBulk } from "./prompt-bulk";

export function PromptList() {
  const { t } = useTranslation("prompts");
  const may = useMay();
  const bulk = usePromptBulk();
  const [search, setSearch] = useSearchState();
  const create = may("prompt:create") && (
    <Button kind="primary" data-shortcut="create" onClick={() => setSearch({ dialog: "create" })}>
      <Plus aria-hidden="true" />
      {t("create")}
    </Button>
  );
  return (
    <Page title={t("title")} actions={create}>
      <RecordTable
        id="prompts"
        label={t("title")}
        path="/api/v1/prompts"
        topics={["prompts"]}
        isSearchable
        rowLink={({ id }) => ({ to: "/prompts/$id", params: { id } })}
        rowName={({ name }) => name}
        columns={[
          { id: "name", header: t("name"), cell: ({ name }) => name, sort: "name" },
          { id: "status", header: t("status"), cell: (prompt) => <PromptBadge isActive={prompt.is_active} /> },
          { id: "version", header: t("shown_version"), cell: ({ version, versions }) => <><Count value={version} /> / <Count value={versions} /></>, isNumber: true },
          { id: "model", header: t("model"), cell: ({ model_id }) => <RecordLink kind="model" id={model_id} /> },
          { id: "tags", header: t("tags"), cell: ({ tags }) => <Tags tags={tags} /> },
          { id: "created_at", header: t("common:record.created"), cell: ({ created_at }) => <Time value={created_at} />, sort: "created_at", isHidden: true },
          { id: "updated_at", header: t("common:record.updated"), cell: ({ updated_at }) => <Time value={updated_at} relative />, sort: "updated_at" },
        ]}
        filters={[
          { kind: "text", name: "tag", label: t("tag") },
          {
            kind: "choice",
            name: "is_active",
            label: t("status"),
            values: ["true", "false"],
            text: (value) => t(`active.${value}`),
            none: t("active.any"),
          },
        ]}
        bulk={bulk}
        empty={
          <EmptyState
            title={t("empty.title")}
            actions={create}
            example={{
              method: "POST",
              path: "/api/v1/prompts",
              body: { name: "support.reply", model_id: "…", content: "Answer {{ question }} in one sentence." },
            }}
          >
            {t("empty.text")}
          </EmptyState>
        }
      />
      {search.dialog === "create" && <CreatePrompt onClose={() => setSearch({ dialog: undefined })} />}
    </Page>
  );
}
