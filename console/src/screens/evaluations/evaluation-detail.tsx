import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useLive } from "@/api/use-live";
import type { components } from "@/generated/api";
import { Detail } from "@/records/detail";
import { Loaded } from "@/records/loaded";
import { useRecordName } from "@/records/record-link";
import { EvaluationActions } from "./evaluation-actions";
import { EvaluationStatus, isEnded } from "./evaluation-status";
import { Findings } from "./findings";
import { Progress } from "./progress";
import { Results } from "./results";

/** The progress of an evaluation is told by no event. */
const LOOK_MS = 1500;

export function EvaluationDetail() {
  const { id } = useParams({ strict: false }) as { id: string };
  useLive(["evaluations"]);
  return (
    <Loaded isScreen path="/api/v1/evaluations/{id}" params={{ path: { id } }} everyMs={({ status }) => !isEnded(status) && LOOK_MS}>
      {(evaluation) => <Shown evaluation={evaluation} />}
    </Loaded>
  );
}

function Shown({ evaluation }: { evaluation: components["schemas"]["Evaluation"] }) {
  const { t } = useTranslation("evaluations");
  const prompt = useRecordName("prompt", evaluation.prompt_id);
  return (
    <Detail
      title={t("evaluation_of", { prompt: prompt ?? "…", number: evaluation.prompt_version })}
      badges={<span role="status"><EvaluationStatus status={evaluation.status} /></span>}
      actions={<EvaluationActions evaluation={evaluation} />}
      back={{ to: "/evaluations", label: t("title") }}
    >
      <Progress evaluation={evaluation} />
      <Findings criteria={evaluation.evaluators} />
      <section className="space-y-3">
        <h2 className="font-semibold">{t("results")}</h2>
        <Results evaluation={evaluation} />
      </section>
    </Detail>
  );
}
