import type { Middleware } from "openapi-fetch";
import keyed from "@/generated/keyed";

/**
 * Gives creations an Idempotency-Key. A creation without an answer keeps its key, so that the same
 * content under the same path, sent by the user again, is not created twice.
 */
export function idempotencyKeys(newKey: () => string): Middleware {
  const unanswered = new Map<string, string>();
  const names = new WeakMap<Request, string>();
  return {
    async onRequest({ request, schemaPath }) {
      if (request.method !== "POST" || !keyed.has(schemaPath) || request.headers.has("Idempotency-Key")) return;
      const name = `${request.url}\n${await request.clone().text()}`;
      const key = unanswered.get(name) ?? newKey();
      unanswered.set(name, key);
      names.set(request, name);
      request.headers.set("Idempotency-Key", key);
    },
    onResponse({ request, response }) {
      const name = names.get(request);
      if (name !== undefined && response.status !== 503) unanswered.delete(name);
    },
  };
}
