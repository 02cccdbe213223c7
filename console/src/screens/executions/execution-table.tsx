import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { QueryOf } from "@/api/read";
import statuses from "@/generated/values/ExecutionStatus";
import type { Filter } from "@/records/filters";
import { RecordLink } from "@/records/record-link";
import { RecordTable } from "@/records/record-table";
import { EmptyState } from "@/ui/empty-state";
import { Cost, Count, Time } from "@/ui/values";
import { Duration } from "./duration";
import { ExecutionStatus } from "./execution-status";

interface Props {
  id: string;
  /** What the list is narrowed to. */
  query?: QueryOf<"/api/v1/executions">;
  empty?: ReactNode;
}

/** Executions, with filters by what the list is not narrowed to. */
export function ExecutionTable({ id, query = {}, empty }: Props) {
  const { t } = useTranslation("executions");
  const filters: Filter[] = [
    { kind: "set", name: "status", label: t("status"), values: statuses, text: (value) => t(`statuses.${value}`) },
    { kind: "record", name: "prompt_id", label: t("prompt"), of: "prompt" },
    { kind: "record", name: "model_id", label: t("model"), of: "model" },
    { kind: "record", name: "project_id", label: t("project"), of: "project" },
    { kind: "text", name: "tag", label: t("tag") },
    { kind: "days", from: "created_after", until: "created_before", label: t("common:record.created") },
  ];
  return (
    <RecordTable
      id={id}
      label={t("title")}
      path="/api/v1/executions"
      params={{ query }}
      topics={["executions"]}
      rowLink={(execution) => ({ to: "/executions/$id", params: { id: execution.id } })}
      rowName={(execution) => execution.id}
      columns={[
        { id: "created_at", header: t("common:record.created"), cell: ({ created_at }) => <Time value={created_at} />, sort: "created_at" },
        { id: "status", header: t("status"), cell: ({ status }) => <ExecutionStatus status={status} /> },
        {
          id: "prompt",
          header: t("prompt"),
          cell: ({ prompt_id, prompt_version }) => (
            <>
              <RecordLink kind="prompt" id={prompt_id} />
              {prompt_version !== null && <span className="text-muted"> {t("version_of", { number: prompt_version })}</span>}
            </>
          ),
        },
        { id: "model", header: t("model"), cell: ({ model_id }) => <RecordLink kind="model" id={model_id} /> },
        { id: "tokens", header: t("tokens"), cell: ({ tokens_input, tokens_output }) => <Count value={tokens_input + tokens_output} />, isNumber: true },
        { id: "cost", header: t("cost"), cell: ({ cost_nano_usd }) => <Cost nanoUsd={cost_nano_usd} />, isNumber: true },
        { id: "latency", header: t("latency"), cell: ({ latency_ms }) => <Duration ms={latency_ms} />, isNumber: true },
        { id: "first_token", header: t("first_token"), cell: ({ first_token_ms }) => <Duration ms={first_token_ms} />, isNumber: true, isHidden: true },
        { id: "attempts", header: t("attempts"), cell: ({ attempt_count }) => <Count value={attempt_count} />, isNumber: true, isHidden: true },
        { id: "user", header: t("caused_by"), cell: ({ caused_by }) => <RecordLink kind="user" id={caused_by} />, isHidden: true },
        { id: "project", header: t("project"), cell: ({ project_id }) => <RecordLink kind="project" id={project_id} />, isHidden: true },
        { id: "tags", header: t("tags"), cell: ({ tags }) => <span className="wrap-anywhere">{tags.join(", ")}</span>, isHidden: true },
      ]}
      filters={filters.filter((filter) => filter.kind === "days" || !(filter.name in query))}
      empty={
        empty ?? (
          <EmptyState title={t("empty.title")}>
            {t("empty.text")}
          </EmptyState>
        )
      }
    />
  );
}
