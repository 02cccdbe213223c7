import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import type { QueryOf } from "@/api/read";
import { useMay } from "@/api/session";
import type { components } from "@/generated/api";
import statuses from "@/generated/values/EvaluationStatus";
import type { Filter } from "@/records/filters";
import { RecordLink } from "@/records/record-link";
import { RecordTable } from "@/records/record-table";
import { EmptyState } from "@/ui/empty-state";
import { Cost, Count, Time } from "@/ui/values";
import { EvaluationStatus } from "./evaluation-status";
import { Score } from "./percent";

type Evaluation = components["schemas"]["Evaluation"];

interface Props {
  id: string;
  /** What the list is narrowed to. */
  query?: QueryOf<"/api/v1/evaluations">;
  empty?: ReactNode;
}

export function EvaluationTable({ id, query = {}, empty }: Props) {
  const { t } = useTranslation("evaluations");
  const may = useMay();
  const filters: Filter[] = [
    { kind: "set", name: "status", label: t("status"), values: statuses, text: (value) => t(`statuses.${value}`) },
    { kind: "record", name: "dataset_id", label: t("dataset"), of: "dataset" },
    { kind: "record", name: "prompt_id", label: t("prompt"), of: "prompt" },
    { kind: "days", from: "created_after", until: "created_before", label: t("common:record.created") },
  ];
  return (
    <RecordTable
      id={id}
      label={t("title")}
      path="/api/v1/evaluations"
      params={{ query }}
      topics={["evaluations"]}
      rowLink={(evaluation) => ({ to: "/evaluations/$id", params: { id: evaluation.id } })}
      rowName={(evaluation) => evaluation.note ?? evaluation.id}
      columns={[
        { id: "created_at", header: t("common:record.created"), cell: ({ created_at }) => <Time value={created_at} />, sort: "created_at" },
        { id: "status", header: t("status"), cell: ({ status }) => <EvaluationStatus status={status} /> },
        {
          id: "prompt",
          header: t("prompt"),
          cell: ({ prompt_id, prompt_version }) => (
            <><RecordLink kind="prompt" id={prompt_id} /> <span className="text-muted">{t("version", { number: prompt_version })}</span></>
          ),
        },
        { id: "dataset", header: t("dataset"), cell: ({ dataset_id }) => <RecordLink kind="dataset" id={dataset_id} /> },
        { id: "done", header: t("items"), cell: ({ items_done, items }) => <><Count value={items_done} /> / <Count value={items} /></>, isNumber: true },
        { id: "score", header: t("score"), cell: (evaluation) => <Scores evaluation={evaluation} />, isNumber: true },
        { id: "cost", header: t("cost"), cell: ({ cost_nano_usd }) => <Cost nanoUsd={cost_nano_usd} />, isNumber: true },
        { id: "note", header: t("note"), cell: ({ note }) => <span className="wrap-anywhere">{note}</span>, isHidden: true },
        { id: "created_by", header: t("created_by"), cell: ({ created_by }) => <RecordLink kind="user" id={created_by} />, isHidden: true },
      ]}
      filters={filters.filter((filter) => filter.kind === "days" || !(filter.name in query))}
      bulk={
        may("evaluation:delete")
          ? [
              {
                label: t("remove.title"),
                question: (count) => t("remove.bulk", { count }),
                isDangerous: true,
                run: (evaluation: Evaluation) =>
                  answer(api.DELETE("/api/v1/evaluations/{id}", { params: { path: { id: evaluation.id }, header: ifMatch(evaluation) } })),
              },
            ]
          : []
      }
      empty={empty ?? <EmptyState title={t("empty.title")}>{t("empty.text")}</EmptyState>}
    />
  );
}

const Scores = ({ evaluation: { evaluators } }: { evaluation: Evaluation }) =>
  evaluators.map(({ evaluator_id, score }) => <div key={evaluator_id}><Score value={score} /></div>);
