import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import type { components } from "@/generated/api";
import { Button } from "@/ui/button";
import { CopyButton } from "@/ui/copy-button";
import { CodeBlock } from "@/ui/code-block";
import { jsonText } from "@/ui/diff";
import { ProblemAlert } from "@/ui/problem-alert";
import { Time } from "@/ui/values";
import { isEnded } from "./execution-status";

interface Props {
  execution: components["schemas"]["Execution"];
  text: string;
  /** Why the text does not come. */
  error: unknown;
}

/** What a model has answered until now. */
export function Output({ execution, text, error }: Props) {
  const { t } = useTranslation("executions");
  const isOver = isEnded(execution.status);
  const whole = useMutation({
    mutationFn: () =>
      answer(api.GET("/api/v1/executions/{id}/output", { params: { path: { id: execution.id } }, parseAs: "text", headers: { Accept: "text/plain" } })),
  });
  const shown = typeof whole.data === "string" ? whole.data : text;
  const isCut = isOver && execution.output_truncated && [...shown].length < execution.output_characters;
  return (
    <div className="space-y-3">
      <div className="flex items-center justify-between gap-2">
        <span className="text-sm font-medium">{t("output")}</span>
        {shown !== "" && <CopyButton text={shown} />}
      </div>
      {execution.content_removed_at ? (
        <p className="text-muted">{t("content_removed")} <Time value={execution.content_removed_at} /></p>
      ) : (
        <div
          role="region"
          aria-label={t("output")}
          aria-busy={!isOver}
          tabIndex={0}
          className="max-h-[32rem] min-h-16 overflow-y-auto rounded-md border border-line bg-page p-3 whitespace-pre-wrap wrap-anywhere"
        >
          {shown}
          {!isOver && <span aria-hidden="true" className="ml-0.5 inline-block h-4 w-2 animate-pulse bg-accent align-text-bottom" />}
          {isOver && shown === "" && <span className="text-muted">{t("no_output")}</span>}
        </div>
      )}
      {isCut && <Button size="small" busy={whole.isPending} onClick={() => whole.mutate()}>{t("show_all")}</Button>}
      <ProblemAlert error={error ?? whole.error} />
      {execution.tool_calls && execution.tool_calls.length > 0 && <CodeBlock label={t("tool_calls")} code={jsonText(execution.tool_calls)} />}
      {execution.error && (
        <p role="status" className="rounded-md bg-bad-tint p-3 wrap-anywhere">
          <code>{execution.error.code}</code> {execution.error.detail}
        </p>
      )}
    </div>
  );
}
