import type { components } from "@/generated/api";
import { isEnded } from "./execution-status";

type Execution = components["schemas"]["Execution"];
type Summary = components["schemas"]["ExecutionSummary"];
type Attempt = components["schemas"]["ExecutionAttempt"];

export interface Step {
  key: string;
  /** Milliseconds from the beginning of the first step. */
  startMs: number;
  lengthMs: number;
  /** Milliseconds from its own beginning until the first text came. */
  firstTokenMs?: number;
  of:
    | { kind: "waiting" }
    | { kind: "running" }
    | { kind: "attempt"; attempt: Attempt }
    | { kind: "caused"; execution: Summary };
}

/** What an execution did, one step after the other: it waited, called models, and caused other executions. */
export function stepsOf(execution: Execution, caused: readonly Summary[], now: number): Step[] {
  // Calls for vectors are stored when they have ended.
  const zero = Math.min(Date.parse(execution.created_at), Date.parse(execution.started_at ?? execution.created_at));
  const since = (time: string | null) => (time === null ? now : Date.parse(time)) - zero;
  const until = (time: string | null, status: Summary["status"]) => (isEnded(status) ? since(time) : now - zero);
  const steps: Step[] = [];
  const add = (key: string, startMs: number, endMs: number, of: Step["of"]) => {
    steps.push({ key, startMs: Math.max(startMs, 0), lengthMs: Math.max(endMs - Math.max(startMs, 0), 0), of });
  };

  const started = execution.started_at === null ? until(execution.ended_at, execution.status) : since(execution.started_at);
  add("waiting", 0, started, { kind: "waiting" });
  for (const attempt of execution.attempts) {
    const begin = since(attempt.started_at);
    add(`attempt-${attempt.number}`, begin, begin + attempt.latency_ms, { kind: "attempt", attempt });
  }
  if (execution.status === "running") add("running", started, now - zero, { kind: "running" });

  const last = steps.at(-1);
  if (last && execution.first_token_ms !== null && last.of.kind !== "waiting") {
    // It is counted from the start of the execution, and the text is that of the last call.
    last.firstTokenMs = Math.min(Math.max(started + execution.first_token_ms - last.startMs, 0), last.lengthMs);
  }
  for (const other of caused) add(other.id, since(other.created_at), until(other.ended_at, other.status), { kind: "caused", execution: other });
  return steps;
}

export interface Bar {
  /** Parts of the whole width, in percent. */
  left: number;
  width: number;
  firstToken: number | undefined;
}

const LEAST_PERCENT = 0.5;

/** Where the bar of each step is, on the scale of them all. */
export function barsOf(steps: readonly Step[]): Bar[] {
  const whole = Math.max(...steps.map(({ startMs, lengthMs }) => startMs + lengthMs), 1);
  const percent = (ms: number) => (ms / whole) * 100;
  return steps.map(({ startMs, lengthMs, firstTokenMs }) => {
    const left = Math.min(percent(startMs), 100 - LEAST_PERCENT);
    return {
      left,
      width: Math.min(Math.max(percent(lengthMs), LEAST_PERCENT), 100 - left),
      firstToken: firstTokenMs === undefined ? undefined : percent(startMs + firstTokenMs),
    };
  });
}
