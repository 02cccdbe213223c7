import { Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/session";
import { Page } from "@/app/page";
import graphs from "@/generated/values/AgentGraphLabel";
import statuses from "@/generated/values/AgentRunStatus";
import { RecordLink } from "@/records/record-link";
import { RecordTable } from "@/records/record-table";
import { useSearchState } from "@/records/search-state";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { Cost, Count, Time } from "@/ui/values";
import { CreateRun } from "./create-run";
import { RunStatus } from "./run-status";

export function RunList() {
  const { t } = useTranslation("agents");
  const may = useMay();
  const [search, setSearch] = useSearchState();
  const create = may("agent_run:create") && (
    <Button kind="primary" data-shortcut="create" onClick={() => setSearch({ dialog: "create" })}>
      <Plus aria-hidden="true" />
      {t("create")}
    </Button>
  );
  return (
    <Page title={t("title")} actions={create}>
      <RecordTable
        id="agent-runs"
        label={t("title")}
        path="/api/v1/agents/runs"
        topics={["agent_runs"]}
        rowLink={({ id }) => ({ to: "/agent-runs/$id", params: { id } })}
        rowName={({ id }) => id}
        columns={[
          { id: "created_at", header: t("common:record.created"), cell: ({ created_at }) => <Time value={created_at} />, sort: "created_at" },
          { id: "status", header: t("status"), cell: ({ status }) => <RunStatus status={status} /> },
          { id: "graph", header: t("graph"), cell: ({ graph }) => t(`graphs.${graph}`) },
          { id: "model", header: t("model"), cell: ({ model }) => <span className="wrap-anywhere">{model}</span> },
          { id: "caused_by", header: t("caused_by"), cell: ({ caused_by }) => <RecordLink kind="user" id={caused_by} /> },
          { id: "executions", header: t("executions"), cell: ({ execution_count }) => <Count value={execution_count} />, isNumber: true },
          { id: "cost", header: t("cost"), cell: ({ cost_nano_usd }) => <Cost nanoUsd={cost_nano_usd} />, isNumber: true },
          { id: "ended_at", header: t("ended"), cell: ({ ended_at }) => <Time value={ended_at} relative />, isHidden: true },
        ]}
        filters={[
          { kind: "set", name: "status", label: t("status"), values: statuses, text: (value) => t(`statuses.${value}`) },
          { kind: "choice", name: "graph", label: t("graph"), values: graphs, text: (value) => t(`graphs.${value}`), none: t("graphs.any") },
          { kind: "record", name: "caused_by", label: t("caused_by"), of: "user" },
          { kind: "days", from: "created_after", until: "created_before", label: t("common:record.created") },
        ]}
        empty={
          <EmptyState
            title={t("empty.title")}
            actions={create}
            example={{
              method: "POST",
              path: "/api/v1/agents/runs",
              body: { graph: "document_qa", model: "fast", input: { question: "When was the concrete poured?" } },
            }}
          >
            {t("empty.text")}
          </EmptyState>
        }
      />
      {search.dialog === "create" && <CreateRun onClose={() => setSearch({ dialog: undefined })} />}
    </Page>
  );
}
