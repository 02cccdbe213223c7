import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { components } from "@/generated/api";
import { RecordLink } from "@/records/record-link";
import { Properties } from "@/ui/properties";
import { Time } from "@/ui/values";

export function ExecutionProperties({ execution }: { execution: components["schemas"]["Execution"] }) {
  const { t } = useTranslation("executions");
  const { prompt_id, prompt_version, parent_id, finish_reason, tags, trace_id, api_key_id } = execution;
  return (
    <Properties
      items={[
        [
          t("prompt"),
          prompt_id ? (
            <span key="prompt">
              <RecordLink kind="prompt" id={prompt_id} /> {prompt_version !== null && t("version_of", { number: prompt_version })}
            </span>
          ) : "–",
        ],
        [t("model"), <RecordLink key="model" kind="model" id={execution.model_id} />],
        [t("project"), <RecordLink key="project" kind="project" id={execution.project_id} />],
        [t("caused_by"), <RecordLink key="user" kind="user" id={execution.caused_by} />],
        ...(api_key_id ? [[t("api_key"), <code key="key">{api_key_id}</code>] as const] : []),
        ...(parent_id
          ? [[
              t("parent"),
              <Link key="parent" to="/executions/$id" params={{ id: parent_id }} className="text-accent hover:underline">{parent_id}</Link>,
            ] as const]
          : []),
        [t("finish_reason"), finish_reason ? t(`finish_reasons.${finish_reason}`) : "–"],
        [t("usage_source"), t(`usage_sources.${execution.usage_source}`)],
        [t("tags"), tags.join(", ") || "–"],
        [t("common:record.created"), <Time key="created" value={execution.created_at} />],
        [t("started"), <Time key="started" value={execution.started_at} />],
        [t("ended"), <Time key="ended" value={execution.ended_at} />],
        ...(trace_id ? [[t("trace"), <code key="trace">{trace_id}</code>] as const] : []),
      ]}
    />
  );
}
