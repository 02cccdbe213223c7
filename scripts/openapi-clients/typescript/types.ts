// The types of openapi-typescript, by openapi-fetch: what the document promises must be there.
import createClient from "openapi-fetch";

import type { components, paths } from "./generated/openapi-typescript";

// Without the media types of the answers, a list could be CSV, too.
type Json = "application/json" | "application/problem+json";
const api = createClient<paths, Json>({ baseUrl: "http://127.0.0.1:8080" });

/** Changes the description of the newest project, and returns the fields that the client added. */
export async function describe(text: string | null): Promise<Record<string, unknown>> {
  const { data, error } = await api.GET("/api/v1/projects", {
    params: { query: { sort: "-created_at", limit: 1 } },
  });
  if (error) {
    const code: components["schemas"]["ProblemCode"] = error.code;
    throw new Error(code);
  }
  const [project] = data.data;
  if (!project) {
    return {};
  }
  const changed = await api.PATCH("/api/v1/projects/{id}", {
    params: { path: { id: project.id }, header: { "If-Match": `"${project.version}"` } },
    body: { description: text },
    // A merge patch has its own media type.
    headers: { "Content-Type": "application/merge-patch+json" },
  });
  return changed.data?.metadata ?? {};
}
