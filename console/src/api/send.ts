import { csrfToken } from "./csrf";
import { fetchError, isLost } from "./problem";

/** What the browser gives; tests give their own. */
export interface World {
  fetch: (request: Request) => Promise<Response>;
  cookies: () => string;
  wait: (milliseconds: number) => Promise<void>;
  origin: string;
  /** The session has ended: neither token of the cookies is good. */
  signedOut: () => void;
}

const REPEATS = 3;
const TIMEOUT_MS = 30_000;
const LONGEST_WAIT_MS = 10_000;
const PROVES_NOTHING = new Set(["auth.required", "auth.invalid_token"]);

/**
 * Sends requests with the session of the cookies. An expired session is refreshed once for all requests
 * that wait for it. A lost connection and a busy server are met by a repetition, where that is safe: of
 * what only reads, and of what carries an Idempotency-Key.
 */
export function sender(world: World): (request: Request) => Promise<Response> {
  let refreshing: Promise<Response> | undefined;

  const refresh = (): Promise<Response> => {
    refreshing ??= repeat(
      new Request(`${world.origin}/api/v1/auth/cookies/refresh`, { method: "POST" }),
      true,
    ).finally(() => {
      refreshing = undefined;
    });
    return refreshing.then((answer) => answer.clone());
  };

  async function once(request: Request): Promise<Response> {
    const sent = new Request(request.clone());
    const csrf = csrfToken(world.cookies());
    if (csrf && !["GET", "HEAD", "OPTIONS"].includes(request.method)) sent.headers.set("X-CSRF-Token", csrf);
    const timeout = new AbortController();
    const timer = setTimeout(
      () => timeout.abort(new DOMException("the server does not answer", "TimeoutError")),
      TIMEOUT_MS,
    );
    // The time is that to the answer's head: a body may be a stream.
    try {
      const signal = AbortSignal.any([request.signal, timeout.signal]);
      return await world.fetch(new Request(sent, { signal }));
    } finally {
      clearTimeout(timer);
    }
  }

  async function repeat(request: Request, isSafe: boolean): Promise<Response> {
    for (let attempt = 0; ; attempt += 1) {
      const isLast = !isSafe || attempt === REPEATS;
      try {
        const answer = await once(request);
        if (isLast || !(await isTemporary(answer))) return answer;
        await world.wait(pause(attempt, answer.headers.get("Retry-After")));
      } catch (thrown) {
        if (isLast || !isLost(thrown)) throw fetchError(thrown);
        await world.wait(pause(attempt, null));
      }
    }
  }

  return async function send(request: Request): Promise<Response> {
    const isSafe = ["GET", "HEAD"].includes(request.method) || request.headers.has("Idempotency-Key");
    if (new URL(request.url).pathname.startsWith("/api/v1/auth/") && !needsSession(request)) {
      return repeat(request, isSafe);
    }
    const before = csrfToken(world.cookies());
    let refreshed = before === undefined ? await refresh() : undefined;
    if (refreshed && !refreshed.ok) return ended(refreshed);
    const answer = await repeat(request, isSafe);
    if (!(await lacksSession(answer, before !== csrfToken(world.cookies())))) return answer;
    if (answer.status === 401) {
      refreshed = await refresh();
      if (!refreshed.ok) return ended(refreshed);
    }
    return repeat(request, isSafe);
  };

  function ended(answer: Response): Response {
    if (answer.status === 401) world.signedOut();
    return answer;
  }
}

/** The requests below `/auth/` that a session makes; the others begin one. */
const needsSession = (request: Request): boolean =>
  /\/auth\/(logout|switch|password|step-up|email\/verification)$/.test(new URL(request.url).pathname);

/** The code of a problem; none for another answer. */
export async function codeOf(answer: Response): Promise<string | undefined> {
  const body: unknown = await answer.clone().json().catch(() => undefined);
  return (body as { code?: string } | undefined)?.code;
}

/** Whether another attempt may succeed: the server is busy, or an earlier attempt still runs. */
async function isTemporary(answer: Response): Promise<boolean> {
  if (answer.status === 503) return true;
  return answer.status === 409 && (await codeOf(answer)) === "idempotency_key.in_use";
}

/** Whether the answer would be another one with a new access token, or its CSRF token. */
async function lacksSession(answer: Response, changed: boolean): Promise<boolean> {
  if (answer.status === 403 && changed) return (await codeOf(answer)) === "auth.csrf";
  return answer.status === 401 && PROVES_NOTHING.has((await codeOf(answer)) ?? "");
}

/** Milliseconds until the next attempt, spread so that clients do not come at once. */
function pause(attempt: number, retryAfter: string | null): number {
  const told = Number(retryAfter) * 1000;
  const own = 500 * 2 ** attempt * (0.75 + Math.random() / 2);
  return Math.min(told > 0 ? told : own, LONGEST_WAIT_MS);
}
