// A tour of the API with the client that @hey-api/openapi-ts generates:
//
//     PLINTH_URL=http://127.0.0.1:8080 PLINTH_EMAIL=… PLINTH_PASSWORD=… node out/tour.js
import assert from "node:assert/strict";

import { client } from "./generated/hey-api/client.gen";
import {
  createDocument,
  createProject,
  getDocumentContent,
  listProjects,
  login,
  updateProject,
} from "./generated/hey-api/sdk.gen";

function setting(name: string): string {
  const value = process.env[name];
  assert(value, `${name} is not set`);
  return value;
}

async function main(): Promise<void> {
  client.setConfig({ baseUrl: setting("PLINTH_URL"), throwOnError: true });
  const credentials = { email: setting("PLINTH_EMAIL"), password: setting("PLINTH_PASSWORD") };
  const { data: session } = await login({ body: credentials, throwOnError: true });
  client.setConfig({ auth: () => session.access_token });

  const code = `TS-${Date.now()}`;
  const created = await createProject({
    body: { code, name: "Harbour, quay 7", status: "planned", metadata: { berth: 7 } },
    headers: { "Idempotency-Key": code },
    throwOnError: true,
  });
  const project = created.data;
  assert.deepEqual(project.metadata, { berth: 7 });
  assert.equal(created.response.headers.get("Location"), `/api/v1/projects/${project.id}`);

  const { data: page } = await listProjects({
    query: { status: ["planned"], code, sort: "-created_at", limit: 10 },
    throwOnError: true,
  });
  assert.deepEqual(page.data.map((item) => item.id), [project.id]);

  const tag = created.response.headers.get("ETag");
  assert(tag);
  const { data: changed } = await updateProject({
    path: { id: project.id },
    headers: { "If-Match": tag },
    body: { status: "active", description: null },
    throwOnError: true,
  });
  assert.equal(changed.status, "active");
  const stale = await updateProject({
    path: { id: project.id },
    headers: { "If-Match": tag },
    body: { name: "Too late" },
    throwOnError: false,
  });
  assert.equal(stale.error?.code, "if_match.stale");

  const text = "The quay has seven berths.\n";
  const { data: document } = await createDocument({
    body: { name: "quay.txt", project_id: project.id, file: new File([text], "quay.txt") },
    throwOnError: true,
  });
  const content = await getDocumentContent({
    path: { id: document.id },
    parseAs: "blob",
    throwOnError: true,
  });
  assert.equal(await content.data.text(), text);
  console.log(`TypeScript: project ${project.code} and document ${document.name} are as sent`);
}

void main();
