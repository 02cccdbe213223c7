import createClient from "openapi-fetch";
import type { paths } from "@/generated/api";
import { idempotencyKeys } from "./keys";
import { errorOf, fetchError } from "./problem";
import { Proof, withProof } from "./proof";
import { sender } from "./send";

const ended = new EventTarget();

/** Calls back when the session has ended, and returns how to stop that. */
export function onSignedOut(listener: () => void): () => void {
  ended.addEventListener("signed-out", listener);
  return () => ended.removeEventListener("signed-out", listener);
}

/** The fresh proof that some requests need; the shell asks the user for it. */
export const proof = new Proof();

const sendInSession = sender({
  fetch: (request) => fetch(request),
  cookies: () => document.cookie,
  wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  origin: location.origin,
  signedOut: () => ended.dispatchEvent(new Event("signed-out")),
});

/** Sends any request of this origin with the session: uploads and streams, too. */
export const send = withProof(sendInSession, proof.ask);

/** The API, typed by its document. Lists are CSV, too; this client asks for JSON. */
export const api = createClient<paths, "application/json">({
  baseUrl: location.origin,
  headers: { Accept: "application/json" },
  querySerializer: { array: { style: "form", explode: false } },
  fetch: send,
});

api.use(idempotencyKeys(() => crypto.randomUUID()), {
  onRequest({ request }) {
    if (request.method === "PATCH") request.headers.set("Content-Type", "application/merge-patch+json");
  },
});

/** The body of a success; throws an `ApiError` for any other answer. */
export async function answer<T>(sent: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  // The connection may also be lost in the body.
  const { data, error, response } = await sent.catch((thrown: unknown) => {
    throw fetchError(thrown);
  });
  if (!response.ok) throw errorOf(response, error);
  return data as T;
}

/** The value of `If-Match` for a record. */
export const ifMatch = ({ version }: { version: number }): { "If-Match": string } => ({
  "If-Match": `"${version}"`,
});
