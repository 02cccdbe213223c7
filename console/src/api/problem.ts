import type { components } from "@/generated/api";

export type Problem = components["schemas"]["Problem"];
export type Fault = components["schemas"]["Fault"];

/** An answer that is no success, or none at all. */
export class ApiError extends Error {
  /** 0 where no answer came. */
  readonly status: number;
  /** The code of the problem; `network` without an answer, `http` for one that is no problem. */
  readonly code: string;
  readonly requestId: string | undefined;
  readonly faults: readonly Fault[];
  readonly problem: Problem | undefined;

  constructor(status: number, code: string, detail: string, requestId?: string, problem?: Problem) {
    super(detail);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
    this.requestId = requestId;
    this.faults = problem?.errors ?? [];
    this.problem = problem;
  }
}

const isProblem = (body: unknown): body is Problem =>
  typeof body === "object" && body !== null && "code" in body && "request_id" in body;

/** What an answer says that is no success. A proxy's page has no problem in its body. */
export function errorOf(response: Response, body: unknown): ApiError {
  if (isProblem(body)) {
    return new ApiError(response.status, body.code, body.detail, body.request_id, body);
  }
  const requestId = response.headers.get("X-Request-Id") ?? undefined;
  return new ApiError(response.status, "http", `HTTP ${response.status}`, requestId);
}

const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));

/** What was thrown, as an error with a code. */
export const asApiError = (thrown: unknown): ApiError =>
  thrown instanceof ApiError ? thrown : new ApiError(0, "client", messageOf(thrown));

/** What `fetch` has thrown, with the code `network` where no answer came. It has no class of its own for that. */
export const fetchError = (thrown: unknown): unknown =>
  isLost(thrown) ? new ApiError(0, "network", messageOf(thrown)) : thrown;

/** Whether what a request or its stream has thrown says that no answer came: no network, or no time left. */
export const isLost = (thrown: unknown): boolean =>
  thrown instanceof TypeError ||
  (thrown instanceof DOMException && thrown.name === "TimeoutError") ||
  (thrown instanceof ApiError && thrown.code === "network");

/** The field of a form for a JSON pointer (RFC 6901): `/positions/0/text` is `positions.0.text`. */
export function fieldOf(pointer: string): string {
  const tokens = pointer.replace(/^#?\/?/, "").split("/");
  return tokens.map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~")).join(".");
}
