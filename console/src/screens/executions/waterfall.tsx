import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { read } from "@/api/read";
import type { components } from "@/generated/api";
import { RecordLink } from "@/records/record-link";
import { ProblemAlert } from "@/ui/problem-alert";
import { TableFrame, Td, Th } from "@/ui/table";
import { Cost, Count } from "@/ui/values";
import { Duration } from "./duration";
import { type Bar, barsOf, type Step, stepsOf } from "./steps";

type Execution = components["schemas"]["Execution"];
const MOST_CAUSED = 200;

/** What an execution did and when: each step with its bar on one scale of time. */
export function Waterfall({ execution }: { execution: Execution }) {
  const { t } = useTranslation("executions");
  const query = { parent_id: execution.id, sort: "created_at" as const, limit: MOST_CAUSED };
  const caused = useQuery(read("/api/v1/executions", { query }));
  const steps = stepsOf(execution, caused.data?.data ?? [], Date.now());
  const bars = barsOf(steps);
  return (
    <div className="space-y-3">
      <ProblemAlert error={caused.error} onRetry={() => void caused.refetch()} />
      <TableFrame label={t("steps.title")}>
        <thead>
          <tr>
            <Th>{t("steps.step")}</Th>
            <Th className="w-1/2 min-w-48">{t("steps.time")}</Th>
            <Th isNumber>{t("latency")}</Th>
            <Th isNumber>{t("tokens")}</Th>
            <Th isNumber>{t("cost")}</Th>
          </tr>
        </thead>
        <tbody>
          {steps.map((step, index) => (
            <tr key={step.key} className="align-top">
              <Td className="min-w-40"><StepName step={step} /></Td>
              <Td className="min-w-48 align-middle"><StepBar step={step} bar={bars[index]} /></Td>
              <Td isNumber><Duration ms={step.lengthMs} /></Td>
              <Td isNumber><Count value={tokensOf(step)} /></Td>
              <Td isNumber><Cost nanoUsd={costOf(step)} /></Td>
            </tr>
          ))}
        </tbody>
      </TableFrame>
      <p className="text-sm text-muted">{t("steps.legend")}</p>
    </div>
  );
}

function StepName({ step: { of } }: { step: Step }) {
  const { t } = useTranslation("executions");
  if (of.kind === "attempt") {
    const { model_id, http_status, error, provider_request_id } = of.attempt;
    return (
      <>
        <RecordLink kind="model" id={model_id} />
        {http_status !== null && <span className="text-sm text-muted"> HTTP {http_status}</span>}
        {error && <p className="text-sm text-bad wrap-anywhere"><code>{error.code}</code> {error.detail}</p>}
        {provider_request_id && <p className="text-sm text-muted wrap-anywhere">{t("steps.provider_request", { id: provider_request_id })}</p>}
      </>
    );
  }
  if (of.kind === "caused") {
    return (
      <Link to="/executions/$id" params={{ id: of.execution.id }} className="text-accent hover:underline">
        {t("steps.caused")}
      </Link>
    );
  }
  return t(`steps.${of.kind}`);
}

const COLOURS: Record<Step["of"]["kind"], string> = {
  waiting: "bg-edge",
  running: "bg-accent animate-pulse",
  attempt: "bg-accent",
  caused: "bg-warn",
};

function StepBar({ step, bar }: { step: Step; bar: Bar | undefined }) {
  if (!bar) return null;
  const isFailed = step.of.kind === "attempt" && step.of.attempt.error !== null;
  return (
    <div aria-hidden="true" className="relative h-4 rounded bg-page">
      <div
        className={`absolute inset-y-0 rounded ${isFailed ? "bg-bad" : COLOURS[step.of.kind]}`}
        style={{ left: `${bar.left}%`, width: `${bar.width}%` }}
      />
      {bar.firstToken !== undefined && <div className="absolute -inset-y-0.5 w-0.5 bg-text" style={{ left: `${bar.firstToken}%` }} />}
    </div>
  );
}

const tokensOf = ({ of }: Step): number | null => {
  const spent = of.kind === "attempt" ? of.attempt : of.kind === "caused" ? of.execution : undefined;
  return spent ? spent.tokens_input + spent.tokens_output : null;
};

const costOf = ({ of }: Step): number | null =>
  of.kind === "attempt" ? of.attempt.cost_nano_usd : of.kind === "caused" ? of.execution.cost_nano_usd : null;
