import { useTranslation } from "react-i18next";
import type { components } from "@/generated/api";
import { RecordLink } from "@/records/record-link";
import { Card } from "@/ui/card";
import { Progress as Bar } from "@/ui/progress";
import { Properties } from "@/ui/properties";
import { Cost, Count, Time } from "@/ui/values";

/** How far an evaluation is, and what it is of. */
export function Progress({ evaluation }: { evaluation: components["schemas"]["Evaluation"] }) {
  const { t } = useTranslation("evaluations");
  const { items, items_done, items_unanswered, error } = evaluation;
  return (
    <Card>
      <div className="space-y-4">
        <div>
          <Bar value={items_done} max={items} label={t("progress")} className="mb-2" />
          <p aria-live="polite" className="flex flex-wrap justify-between gap-2">
            <span>{t("done", { done: items_done, count: items })}</span>
            {items_unanswered > 0 && <span className="text-bad">{t("unanswered", { count: items_unanswered })}</span>}
          </p>
        </div>
        {error && (
          <p role="status" className="rounded-md bg-bad-tint p-3 wrap-anywhere">
            <code>{error.code}</code> {error.detail}
          </p>
        )}
        <div className="grid gap-x-8 gap-y-2 lg:grid-cols-2">
          <Properties
            items={[
              [t("prompt"), <span key="prompt"><RecordLink kind="prompt" id={evaluation.prompt_id} /> {t("version", { number: evaluation.prompt_version })}</span>],
              [t("model"), <RecordLink key="model" kind="model" id={evaluation.model_id} />],
              [t("dataset"), <RecordLink key="dataset" kind="dataset" id={evaluation.dataset_id} />],
              [t("dataset_at"), <Time key="at" value={evaluation.dataset_at} />],
              [t("note"), evaluation.note ?? "–"],
            ]}
          />
          <Properties
            items={[
              [t("tokens"), <span key="tokens"><Count value={evaluation.tokens_input} /> + <Count value={evaluation.tokens_output} /></span>],
              [t("cost"), <Cost key="cost" nanoUsd={evaluation.cost_nano_usd} />],
              [t("created_by"), <RecordLink key="by" kind="user" id={evaluation.created_by} />],
              [t("started"), <Time key="started" value={evaluation.started_at} />],
              [t("ended"), <Time key="ended" value={evaluation.ended_at} />],
            ]}
          />
        </div>
      </div>
    </Card>
  );
}
