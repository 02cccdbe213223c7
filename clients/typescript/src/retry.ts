import { ConnectionLost, PlinthProblem, UnexpectedAnswer } from "./problem.js";

export interface Waits {
  /** The longest wait before the second attempt, in milliseconds; it doubles for each further one. */
  firstWaitMs: number;
  /** The longest wait, in milliseconds, unless `Retry-After` names a longer one. */
  longestWaitMs: number;
}

export interface RetrySettings extends Waits {
  /** How often a request is sent at most, with the first time. */
  attempts: number;
}

export const RETRY: RetrySettings = { attempts: 4, firstWaitMs: 250, longestWaitMs: 8_000 };

/** Milliseconds to wait after this attempt; `undefined` if another one does not help. */
export function waitAfter(
  error: unknown,
  attempt: number,
  settings: RetrySettings,
): number | undefined {
  if (attempt >= settings.attempts || !isPassing(error)) {
    return undefined;
  }
  const asked = isAnswer(error) ? (error.retry_after ?? 0) : 0;
  return asked * 1000 + backoff(attempt, settings);
}

/** A random part of a wait that doubles, so that the clients of one failure do not come again at once. */
export function backoff(attempt: number, { firstWaitMs, longestWaitMs }: Waits): number {
  return Math.min(firstWaitMs * 2 ** (attempt - 1), longestWaitMs) * (0.5 + Math.random() / 2);
}

/** Whether a later attempt may succeed: the server says so by `Retry-After`, or there was no answer. */
function isPassing(error: unknown): boolean {
  if (isAnswer(error)) {
    return error.retry_after !== undefined || [502, 503, 504].includes(error.status);
  }
  const isLate = error instanceof DOMException && error.name === "TimeoutError";
  return isLate || error instanceof ConnectionLost;
}

function isAnswer(error: unknown): error is PlinthProblem | UnexpectedAnswer {
  return error instanceof PlinthProblem || error instanceof UnexpectedAnswer;
}
