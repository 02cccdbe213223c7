import { useTranslation } from "react-i18next";
import type { components } from "@/generated/api";
import { RecordLink } from "@/records/record-link";
import { Properties } from "@/ui/properties";
import { Cost, Count, Time } from "@/ui/values";

export function RunProperties({ run }: { run: components["schemas"]["AgentRun"] }) {
  const { t } = useTranslation("agents");
  const { question, document_id } = run.input as { question?: string; document_id?: string };
  return (
    <Properties
      items={[
        ...(question ? [[t("question_field"), question] as const] : []),
        ...(document_id ? [[t("document"), <RecordLink key="document" kind="document" id={document_id} />] as const] : []),
        [t("model"), run.model],
        [t("caused_by"), <RecordLink key="user" kind="user" id={run.caused_by} />],
        [t("executions"), <Count key="executions" value={run.execution_count} />],
        [t("tokens"), <span key="tokens"><Count value={run.tokens_input} /> + <Count value={run.tokens_output} /></span>],
        [t("cost"), <Cost key="cost" nanoUsd={run.cost_nano_usd} />],
        [t("spending_limit"), <Cost key="limit" nanoUsd={run.spending_limit_nano_usd} />],
        [t("parts"), <Count key="parts" value={run.part_count} />],
        [t("common:record.created"), <Time key="created" value={run.created_at} />],
        [t("started"), <Time key="started" value={run.started_at} />],
        [t("ended"), <Time key="ended" value={run.ended_at} />],
      ]}
    />
  );
}
