import { useMutation, useQuery } from "@tanstack/react-query";
import { ThumbsDown, ThumbsUp } from "lucide-react";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { read } from "@/api/read";
import { useMay, useMe } from "@/api/session";
import type { components } from "@/generated/api";
import { Button } from "@/ui/button";
import { ProblemAlert } from "@/ui/problem-alert";
import { isEnded } from "./execution-status";
import { invalidateScores } from "./scores-query";

const NAME = "helpful";

/** Says whether an answer was helpful. A second press takes it back. */
export function ScoreButtons({ execution: { id, status } }: { execution: components["schemas"]["Execution"] }) {
  const { t } = useTranslation("executions");
  const may = useMay();
  const { user } = useMe();
  const isShown = may("execution:score") && isEnded(status);
  const scores = useQuery({ ...read("/api/v1/executions/{id}/scores", { path: { id }, query: { limit: 200 } }), enabled: isShown });
  const own = scores.data?.data.find(({ name, author_id }) => name === NAME && author_id === user.id)?.value;
  const scoring = useMutation({
    mutationFn: async (value: boolean) => {
      const path = { id };
      if (value === own) await answer(api.DELETE("/api/v1/executions/{id}/scores/{name}", { params: { path: { id, name: NAME } } }));
      else await answer(api.POST("/api/v1/executions/{id}/scores", { params: { path }, body: { name: NAME, value } }));
      await invalidateScores();
    },
  });
  if (!isShown) return null;
  return (
    <div className="space-y-2">
      <div role="group" aria-label={t("helpful.question")} className="flex flex-wrap items-center gap-2">
        <span className="text-sm text-muted">{t("helpful.question")}</span>
        {([true, false] as const).map((value) => (
          <Button
            key={String(value)}
            size="small"
            kind={own === value ? "primary" : "secondary"}
            aria-pressed={own === value}
            busy={scoring.isPending && scoring.variables === value}
            onClick={() => scoring.mutate(value)}
          >
            {value ? <ThumbsUp aria-hidden="true" /> : <ThumbsDown aria-hidden="true" />}
            {value ? t("common:yes") : t("common:no")}
          </Button>
        ))}
      </div>
      <ProblemAlert error={scoring.error ?? scores.error} />
    </div>
  );
}
