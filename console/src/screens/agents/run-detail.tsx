import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useLive } from "@/api/use-live";
import { Page } from "@/app/page";
import type { components } from "@/generated/api";
import { Loaded } from "@/records/loaded";
import { Card } from "@/ui/card";
import { Happenings } from "./happenings";
import { CancelRun } from "./cancel-run";
import { Outcome } from "./outcome";
import { Question } from "./question";
import { RunProperties } from "./run-properties";
import { RunStatus, isEnded } from "./run-status";
import { useHappenings } from "./use-happenings";

/** What a run costs changes with each call of a model. */
const LOOK_MS = 3000;

export function RunDetail() {
  const { id } = useParams({ strict: false }) as { id: string };
  useLive(["agent_runs"]);
  return (
    <Loaded isScreen path="/api/v1/agents/runs/{id}" params={{ path: { id } }} everyMs={({ status }) => !isEnded(status) && LOOK_MS}>
      {(run) => <Shown key={id} run={run} />}
    </Loaded>
  );
}

function Shown({ run }: { run: components["schemas"]["AgentRun"] }) {
  const { t } = useTranslation("agents");
  const { events, error } = useHappenings(run.id);
  return (
    <Page
      title={t(`graphs.${run.graph}`)}
      badges={<span role="status"><RunStatus status={run.status} /></span>}
      actions={<CancelRun run={run} />}
      back={{ to: "/agent-runs", label: t("title") }}
    >
      {run.question && <Question key={run.question.id} run={run} question={run.question} />}
      <div className="grid items-start gap-4 lg:grid-cols-[2fr_1fr]">
        <div className="space-y-4">
          <Outcome run={run} />
          <Card title={t("events.title")}><Happenings events={events} error={error} isOver={isEnded(run.status)} /></Card>
        </div>
        <Card title={t("details")}><RunProperties run={run} /></Card>
      </div>
    </Page>
  );
}
