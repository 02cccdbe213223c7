import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { read } from "@/api/read";
import { useMay } from "@/api/session";
import type { components } from "@/generated/api";
import { Cost, Count } from "@/ui/values";
import { Duration } from "./duration";
import { costOf, tokensOf } from "./estimate";
import { isEnded } from "./execution-status";

type Execution = components["schemas"]["Execution"];

/** Tokens, cost and times of an execution. While it runs, those of the answer are estimated. */
export function Totals({ execution, text }: { execution: Execution; text: string }) {
  const { t } = useTranslation("executions");
  const may = useMay();
  const isOver = isEnded(execution.status);
  const prices = useQuery({
    ...read("/api/v1/models/{id}/prices", { path: { id: execution.model_id } }),
    enabled: !isOver && may("model:read"),
  });
  const tokens = tokensOf(text);
  const isEstimate = !isOver || execution.usage_source === "estimated";
  const about = isEstimate && <span title={t("estimated")}><span aria-hidden="true">≈ </span><span className="sr-only">{t("estimated")} </span></span>;
  return (
    <dl className="grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-[repeat(auto-fit,minmax(8rem,1fr))]">
      {isOver && <Figure label={t("tokens_input")}>{about}<Count value={execution.tokens_input} /></Figure>}
      <Figure label={t("tokens_output")}>{about}<Count value={isOver ? execution.tokens_output : tokens} /></Figure>
      {execution.tokens_cached > 0 && <Figure label={t("tokens_cached")}><Count value={execution.tokens_cached} /></Figure>}
      {execution.tokens_reasoning > 0 && <Figure label={t("tokens_reasoning")}><Count value={execution.tokens_reasoning} /></Figure>}
      <Figure label={isOver ? t("cost") : t("cost_of_answer")}>
        {about}
        <Cost nanoUsd={isOver ? execution.cost_nano_usd : costOf(tokens, prices.data?.data ?? [], Date.now())} />
      </Figure>
      {isOver && <Figure label={t("latency")}><Duration ms={execution.latency_ms} /></Figure>}
      <Figure label={t("first_token")}><Duration ms={execution.first_token_ms} /></Figure>
    </dl>
  );
}

const Figure = ({ label, children }: { label: string; children: ReactNode }) => (
  <div>
    <dt className="text-sm text-muted">{label}</dt>
    <dd className="text-lg font-semibold tabular-nums">{children}</dd>
  </div>
);
