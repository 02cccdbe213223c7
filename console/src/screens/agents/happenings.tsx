import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { components } from "@/generated/api";
import { CodeBlock } from "@/ui/code-block";
import { jsonText } from "@/ui/diff";
import { ProblemAlert } from "@/ui/problem-alert";
import { SkeletonBlock } from "@/ui/skeleton";
import { Count, Time } from "@/ui/values";

type Event = components["schemas"]["AgentEvent"];

/** What happened in a run, in its order. */
export function Happenings({ events, error, isOver }: { events: readonly Event[]; error: unknown; isOver: boolean }) {
  const { t } = useTranslation("agents");
  return (
    <div className="space-y-3">
      <ProblemAlert error={error} />
      {events.length === 0 && !error && (isOver ? <SkeletonBlock lines={4} /> : <p className="text-muted">{t("events.none")}</p>)}
      <ol aria-label={t("events.title")} className="divide-y divide-line">
        {events.map((event) => (
          <li key={event.number} className="space-y-1.5 py-2">
            <div className="flex flex-wrap justify-between gap-x-4 text-sm text-muted">
              <span className="font-medium">{t(`kinds.${event.kind}`, { defaultValue: event.kind })} <Where event={event} /></span>
              <Time value={event.at} />
            </div>
            <Content event={event} />
          </li>
        ))}
      </ol>
    </div>
  );
}

function Where({ event: { data } }: { event: Event }) {
  const { node, name } = data;
  return <>{[node, name].filter((part) => typeof part === "string").join(" · ")}</>;
}

function Content({ event: { kind, data } }: { event: Event }) {
  const { t } = useTranslation("agents");
  if (kind === "text") return <p className="whitespace-pre-wrap wrap-anywhere">{String(data.text ?? "")}</p>;
  if (kind === "usage") {
    const { tokens_input, tokens_output, execution_id } = data as { tokens_input?: number; tokens_output?: number; execution_id?: string | null };
    return (
      <p>
        {t("events.tokens")} <Count value={tokens_input} /> + <Count value={tokens_output} />{" "}
        {execution_id && (
          <Link to="/executions/$id" params={{ id: execution_id }} className="text-accent underline">{t("events.execution")}</Link>
        )}
      </p>
    );
  }
  // A step and a checkpoint say all with their names.
  if (kind === "step" || kind === "checkpoint" || kind === "part") return null;
  const shown = kind === "tool_call" ? data.arguments : kind === "tool_result" ? data.result : data;
  return (
    <details>
      <summary className="text-sm">{data.failed === true ? t("events.failed") : t("events.content")}</summary>
      <div className="mt-2"><CodeBlock label={t(`kinds.${kind}`, { defaultValue: kind })} code={jsonText(shown)} /></div>
    </details>
  );
}
