import type { Fault, NamedOrganization, Problem, ProblemCode } from "./generated/types.gen.js";

/** An answer in the form of RFC 9457, with the fields of the API's `Problem`. */
export class PlinthProblem extends Error implements Problem {
  override readonly name = "PlinthProblem";
  declare readonly type: string;
  declare readonly title: string;
  declare readonly status: number;
  /** A server that is newer than this client may send codes that the type does not have. */
  declare readonly code: ProblemCode;
  declare readonly detail: string;
  declare readonly request_id: string;
  declare readonly errors?: Fault[];
  declare readonly limit?: string;
  declare readonly challenge?: string;
  declare readonly organizations?: NamedOrganization[];
  declare readonly cell_url?: string;

  constructor(
    problem: Problem,
    /** Seconds until it makes sense to try again, from `Retry-After`. */
    readonly retry_after: number | undefined,
  ) {
    const faults = (problem.errors ?? []).map((fault) => `\n  ${place(fault)}: ${fault.detail}`);
    super(`${problem.detail} (${problem.code}, request ${problem.request_id})${faults.join("")}`);
    Object.assign(this, problem);
  }
}

/** An error answer in another form: of a proxy, or of the gateways for other libraries. */
export class UnexpectedAnswer extends Error {
  override readonly name = "UnexpectedAnswer";

  constructor(
    readonly status: number,
    /** The body: JSON, or text. */
    readonly body: unknown,
    readonly request_id: string | undefined,
    readonly retry_after: number | undefined,
  ) {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    super(`${status}, request ${request_id ?? "without an id"}: ${text.slice(0, 500)}`);
  }
}

/** No answer, or a part of it: the connection failed, or was cut. `cause` has the platform's error. */
export class ConnectionLost extends Error {
  override readonly name = "ConnectionLost";
}

/** Whether an error is a problem with one of these codes. */
export function is<Code extends ProblemCode>(
  error: unknown,
  ...codes: Code[]
): error is PlinthProblem & { readonly code: Code } {
  return error instanceof PlinthProblem && (codes as ProblemCode[]).includes(error.code);
}

/** The error of an answer that is no success. */
export function failure(body: unknown, response: Response): PlinthProblem | UnexpectedAnswer {
  const wait = retryAfter(response.headers.get("Retry-After"));
  if (isProblem(body)) {
    return new PlinthProblem(body, wait);
  }
  const id = response.headers.get("X-Request-Id") ?? undefined;
  return new UnexpectedAnswer(response.status, body, id, wait);
}

function isProblem(body: unknown): body is Problem {
  return typeof body === "object" && body !== null && "code" in body && "request_id" in body;
}

/** `Retry-After` (RFC 9110, 10.2.3) in seconds: a number, or a date. */
function retryAfter(value: string | null): number | undefined {
  if (value === null) {
    return undefined;
  }
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
}

function place({ pointer, parameter, line, column }: Fault): string {
  return pointer ?? parameter ?? [line && `line ${line}`, column].filter(Boolean).join(", ");
}
