import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useLive } from "@/api/use-live";
import type { components } from "@/generated/api";
import { Detail } from "@/records/detail";
import { Loaded } from "@/records/loaded";
import { Card } from "@/ui/card";
import { useLocale, useTimeZone } from "@/ui/values";
import { CancelButton } from "./cancel-button";
import { ExecutionInput } from "./execution-input";
import { ExecutionProperties } from "./execution-properties";
import { ExecutionStatus, isEnded } from "./execution-status";
import { Output } from "./output";
import { ScoreButtons } from "./score-buttons";
import { Scores } from "./scores";
import { Totals } from "./totals";
import { useOutput } from "./use-output";
import { Waterfall } from "./waterfall";

/** The start of a running execution, and its steps, are told by no event. */
const LOOK_MS = 2000;

export function ExecutionDetail() {
  const { id } = useParams({ strict: false }) as { id: string };
  useLive(["executions"]);
  return (
    <Loaded isScreen path="/api/v1/executions/{id}" params={{ path: { id } }} everyMs={({ status }) => !isEnded(status) && LOOK_MS}>
      {(execution) => <Shown key={id} execution={execution} />}
    </Loaded>
  );
}

function Shown({ execution }: { execution: components["schemas"]["Execution"] }) {
  const { t } = useTranslation("executions");
  const locale = useLocale();
  const { text, error } = useOutput(execution);
  const timeZone = useTimeZone();
  const time = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "medium", timeZone }).format(new Date(execution.created_at));
  const answer = (
    <div className="grid items-start gap-4 lg:grid-cols-[2fr_1fr]">
      <Card>
        <div className="space-y-4">
          <Output execution={execution} text={text} error={error} />
          <ScoreButtons execution={execution} />
        </div>
      </Card>
      <Card title={t("details")}><ExecutionProperties execution={execution} /></Card>
    </div>
  );
  return (
    <Detail
      title={t("execution_of", { time })}
      badges={<span role="status"><ExecutionStatus status={execution.status} /></span>}
      actions={<CancelButton execution={execution} />}
      back={{ to: "/executions", label: t("title") }}
      tabsLabel={t("tabs.label")}
      tabs={[
        { value: "answer", label: t("tabs.answer"), content: answer },
        { value: "steps", label: t("tabs.steps"), content: <Waterfall execution={execution} /> },
        { value: "input", label: t("tabs.input"), content: <ExecutionInput execution={execution} /> },
        { value: "scores", label: t("tabs.scores"), content: <Scores id={execution.id} /> },
      ]}
    >
      <Card><Totals execution={execution} text={text} /></Card>
    </Detail>
  );
}
