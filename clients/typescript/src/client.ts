import { type Credentials, tokensOf } from "./credentials.js";
import {
  type Client,
  createClient as createGenerated,
  createConfig,
  type RequestOptions,
} from "./generated/client/index.js";
import type { SignedIn } from "./generated/types.gen.js";
import { resilient } from "./request.js";
import { RETRY, type RetrySettings } from "./retry.js";

declare module "./generated/client/types.gen.js" {
  /** What a call can say, beside what its operation takes. */
  interface Config<T> {
    /** How long the call may take, with all of its attempts, in milliseconds. */
    timeoutMs?: number;
    /** Whether the call may be sent again. By default a safe method, and what has an `Idempotency-Key`. */
    repeat?: boolean;
  }
}

export type PlinthOptions = Credentials & {
  /** Where the server is, without `/api/v1`. In a page of the server itself, the page's origin. */
  baseUrl?: string;
  /** Gets the tokens of each login and refresh, before they are used: keep the `refresh_token`. */
  onSession?: (session: SignedIn) => void | Promise<void>;
  retry?: Partial<RetrySettings>;
  /** How long a call may take, with all of its attempts, in milliseconds. */
  timeoutMs?: number;
  /** The same for calls that send or receive a file. */
  transferTimeoutMs?: number;
  fetch?: typeof fetch;
};

/** A client for the operations of the API: `listProjects({ client })`. */
export function createClient(options: PlinthOptions = {}): Client {
  const config = createConfig({
    baseUrl: options.baseUrl ?? "",
    bodySerializer,
    // The operations name their own media types.
    headers: {},
  });
  const settings = {
    retry: { ...RETRY, ...options.retry },
    timeoutMs: options.timeoutMs ?? 30_000,
    transferTimeoutMs: options.transferTimeoutMs ?? 900_000,
    // Browsers refuse a `fetch` that is called as a method of another object.
    fetch: options.fetch ?? ((request: RequestInfo | URL) => globalThis.fetch(request)),
  };
  const generated = createGenerated(config);
  const { request: send } = generated;
  const anonymous = withRequest(generated, resilient(send, settings));
  const tokens = tokensOf(options, anonymous, options.onSession ?? (() => {}));
  return withRequest(generated, resilient(send, settings, tokens));
}

function withRequest(client: Client, request: Client["request"]): Client {
  const method = (name: "DELETE" | "GET" | "HEAD" | "OPTIONS" | "PATCH" | "POST" | "PUT") =>
    ((options: RequestOptions) => request({ ...options, method: name })) as Client["get"];
  return {
    ...client,
    request,
    delete: method("DELETE"),
    get: method("GET"),
    head: method("HEAD"),
    options: method("OPTIONS"),
    patch: method("PATCH"),
    post: method("POST"),
    put: method("PUT"),
  };
}

/** JSON, unless the body is a file or text. */
function bodySerializer(body: unknown): unknown {
  return typeof body === "string" || body instanceof Blob ? body : JSON.stringify(body);
}
