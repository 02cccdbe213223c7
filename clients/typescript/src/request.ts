import type { Tokens } from "./credentials.js";
import { Deadline, sleep } from "./deadline.js";
import { type Client, mergeHeaders, type RequestOptions } from "./generated/client/index.js";
import { keyed } from "./generated/keyed.gen.js";
import { ConnectionLost, failure, is } from "./problem.js";
import { type RetrySettings, waitAfter } from "./retry.js";

export interface RequestSettings {
  retry: RetrySettings;
  timeoutMs: number;
  transferTimeoutMs: number;
  fetch: typeof fetch;
}

type Call = RequestOptions & { method: string };

interface Outcome {
  data?: unknown;
  error?: unknown;
  request?: Request;
  response?: Response;
}

const KEY = "Idempotency-Key";
const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/** The `request` of a client, with tokens, attempts, a deadline and typed errors around `send`. */
export function resilient(
  send: Client["request"],
  settings: RequestSettings,
  tokens?: Tokens,
): Client["request"] {
  const request = async (call: Call) => {
    const { throwOnError = true, responseStyle = "fields" } = call;
    const outcome = await new Sending(send, settings, tokens, call).outcome();
    if (outcome.error !== undefined && throwOnError) {
      throw outcome.error;
    }
    return responseStyle === "data" ? outcome.data : outcome;
  };
  return request as Client["request"];
}

/** A new `Idempotency-Key`. `crypto.randomUUID` is missing on pages without TLS. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** One call with all of its attempts. */
class Sending {
  readonly #headers: Headers;
  readonly #deadline: Deadline;
  readonly #repeats: boolean;

  constructor(
    private readonly send: Client["request"],
    private readonly settings: RequestSettings,
    private readonly tokens: Tokens | undefined,
    private readonly call: Call,
  ) {
    this.#headers = mergeHeaders(call.headers);
    if (call.method === "POST" && keyed.has(call.url) && !this.#headers.has(KEY)) {
      this.#headers.set(KEY, newKey());
    }
    this.#repeats = call.repeat ?? (SAFE.has(call.method) || this.#headers.has(KEY));
    const usual = hasFile(call.body) ? settings.transferTimeoutMs : settings.timeoutMs;
    this.#deadline = new Deadline(call.signal, call.timeoutMs ?? usual);
  }

  async outcome(): Promise<Outcome> {
    const outcome = await this.#attempts().catch((error: unknown) => ({ error }));
    // The signal of a caller goes on to abort the body of a stream.
    if (this.call.parseAs !== "stream" || outcome.error !== undefined) {
      this.#deadline.end();
    }
    return outcome;
  }

  async #attempts(): Promise<Outcome> {
    const source = this.call.security && !this.#headers.has("Authorization") ? this.tokens : undefined;
    let token = source && (await this.#deadline.within(source.get()));
    let replaced = false;
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await this.#attempt(token);
      if (outcome.error === undefined) {
        return outcome;
      }
      if (source && token && !replaced && is(outcome.error, "auth.invalid_token")) {
        replaced = true;
        token = await this.#deadline.within(source.replace(token));
        if (token) {
          continue;
        }
      }
      const { retry } = this.settings;
      const wait = this.#repeats ? waitAfter(outcome.error, attempt, retry) : undefined;
      if (wait === undefined || wait >= this.#deadline.left) {
        return outcome;
      }
      await sleep(wait, this.#deadline.signal);
    }
  }

  async #attempt(token: string | undefined): Promise<Outcome> {
    let isSent = false;
    const fetch = async (request: RequestInfo | URL) => {
      isSent = true;
      const response = await this.settings.fetch(request);
      this.#begun(response);
      return response;
    };
    const lost = (cause: unknown) =>
      cause instanceof TypeError && isSent
        ? new ConnectionLost(`the connection failed: ${cause.message}`, { cause })
        : cause;
    try {
      const { data, error, request, response } = await this.send({
        ...this.call,
        auth: token,
        fetch,
        headers: this.#headers,
        signal: this.#deadline.signal,
        responseStyle: "fields",
        throwOnError: false,
      });
      if (error === undefined) {
        return { data, request, response };
      }
      // Without an answer there is no response, other than the type says.
      const answer = response as Response | undefined;
      return { error: answer ? failure(error, answer) : lost(error), request, response };
    } catch (error) {
      return { error: lost(error) };
    }
  }

  /** The body of a file has more time than an answer, and that of a stream has no end. */
  #begun(response: Response): void {
    if (!response.ok || this.call.timeoutMs !== undefined) {
      return;
    }
    if (this.call.parseAs === "stream") {
      this.#deadline.extend(Infinity);
    } else if (!response.headers.get("Content-Type")?.includes("json")) {
      this.#deadline.extend(this.settings.transferTimeoutMs);
    }
  }
}

function hasFile(body: unknown): boolean {
  const values = typeof body === "object" && body !== null ? Object.values(body) : [];
  return [body, ...values].some((value) => value instanceof Blob);
}
