import { Link } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { queries } from "@/api/queries";
import type { components } from "@/generated/api";
import { RecordLink } from "@/records/record-link";
import { RecordTable } from "@/records/record-table";
import { Badge } from "@/ui/badge";
import { EmptyState } from "@/ui/empty-state";
import { Time } from "@/ui/values";
import { Score } from "./percent";

type Result = components["schemas"]["EvaluationResult"];

/** What the evaluators have found about single items. */
export function Results({ evaluation }: { evaluation: components["schemas"]["Evaluation"] }) {
  const { t } = useTranslation("evaluations");
  const { id, dataset_id, items_done } = evaluation;
  // No event tells of single items.
  useEffect(() => {
    void queries.invalidateQueries({ queryKey: ["/api/v1/evaluations/{id}/results"] });
  }, [items_done]);
  return (
    <RecordTable
      id="evaluation-results"
      prefix="results_"
      label={t("results")}
      path="/api/v1/evaluations/{id}/results"
      params={{ path: { id } }}
      rowName={(result) => result.item_id}
      rowLink={({ item_id }) => ({ to: "/datasets/$id", params: { id: dataset_id }, search: { item: item_id } as never })}
      columns={[
        { id: "item", header: t("item"), cell: ({ item_id }) => <code className="text-sm">…{item_id.slice(-8)}</code> },
        { id: "evaluator", header: t("evaluator"), cell: ({ evaluator_id }) => <RecordLink kind="evaluator" id={evaluator_id} /> },
        { id: "passed", header: t("verdict"), cell: (result) => <Verdict result={result} /> },
        { id: "score", header: t("score"), cell: ({ score }) => <Score value={score} />, isNumber: true },
        { id: "reason", header: t("reason"), cell: ({ reason, error }) => <span className="block max-w-96 wrap-anywhere">{error?.detail ?? reason}</span> },
        { id: "answer", header: t("answer"), cell: ({ execution_id }) => <ExecutionLink id={execution_id} text={t("answer")} /> },
        { id: "judge", header: t("judge"), cell: ({ judge_execution_id }) => <ExecutionLink id={judge_execution_id} text={t("judge")} />, isHidden: true },
        { id: "stored", header: t("stored"), cell: ({ created_at }) => <Time value={created_at} />, sort: "stored", isHidden: true },
      ]}
      filters={[
        { kind: "record", name: "evaluator_id", label: t("evaluator"), of: "evaluator" },
        { kind: "choice", name: "passed", label: t("verdict"), values: ["true", "false"], text: (value) => t(`verdicts.${value}`), none: t("verdicts.any") },
        { kind: "choice", name: "failed", label: t("with_score"), values: ["true", "false"], text: (value) => t(`scoreless.${value}`), none: t("scoreless.any") },
      ]}
      empty={<EmptyState title={t("no_results")} />}
    />
  );
}

function Verdict({ result: { passed, error } }: { result: Result }) {
  const { t } = useTranslation("evaluations");
  if (error) return <Badge tone="warn">{error.code}</Badge>;
  return passed ? <Badge tone="good">{t("verdicts.true")}</Badge> : <Badge tone="bad">{t("verdicts.false")}</Badge>;
}

const ExecutionLink = ({ id, text }: { id: string | null; text: string }) =>
  id === null ? "–" : <Link to="/executions/$id" params={{ id }} className="text-accent hover:underline">{text}</Link>;
