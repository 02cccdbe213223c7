import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { components } from "@/generated/api";
import { Loaded } from "@/records/loaded";
import { Card } from "@/ui/card";
import { CancelButton } from "./cancel-button";
import { ExecutionStatus } from "./execution-status";
import { Output } from "./output";
import { ScoreButtons } from "./score-buttons";
import { Totals } from "./totals";
import { useOutput } from "./use-output";

/** An execution on the screen that has begun it: its text as it comes, tokens, cost and a quick score. */
export function ExecutionRun({ id }: { id: string }) {
  return (
    <Loaded path="/api/v1/executions/{id}" params={{ path: { id } }}>
      {(execution) => <Run execution={execution} />}
    </Loaded>
  );
}

function Run({ execution }: { execution: components["schemas"]["Execution"] }) {
  const { t } = useTranslation("executions");
  const { text, error } = useOutput(execution);
  return (
    <Card
      title={
        <span className="inline-flex items-center gap-2">
          <Link to="/executions/$id" params={{ id: execution.id }} className="text-accent hover:underline">{t("execution")}</Link>
          <span role="status"><ExecutionStatus status={execution.status} /></span>
        </span>
      }
      actions={<CancelButton execution={execution} />}
    >
      <div className="space-y-4">
        <Totals execution={execution} text={text} />
        <Output execution={execution} text={text} error={error} />
        <ScoreButtons execution={execution} />
      </div>
    </Card>
  );
}
