// The tour of README.md, "Five minutes", against a running API:
//
//     PLINTH_URL=http://127.0.0.1:8080 node out/tour.js
//
// With PROVIDER, the address of scripts/openai-sdks/provider.py, it executes a prompt, too.
import assert from "node:assert/strict";
import { openAsBlob } from "node:fs";
import { readFile } from "node:fs/promises";

import {
  all,
  type Client,
  createClient,
  createInvoice,
  createModel,
  createParty,
  createPayment,
  createProject,
  createPrompt,
  events,
  followExecution,
  getHealthz,
  getDocumentContent,
  getInvoice,
  getInvoicePdf,
  getMe,
  ifMatch,
  is,
  issueInvoice,
  lastEventNumber,
  listAuditLogs,
  listDocuments,
  listJobs,
  listProjects,
  type Project,
  PlinthProblem,
  register,
  streamPrompt,
  updateOrganization,
  updateProject,
  Upload,
  verifyAuditLog,
} from "@plinth/client";

const FILE = "../../crates/adapters/inspect/tests/fixtures/plan.pdf";

const baseUrl = process.env.PLINTH_URL;
assert(baseUrl, "PLINTH_URL is not set");
const provider = process.env.PROVIDER;

async function registers(): Promise<Client> {
  const client = createClient({ baseUrl });
  assert.equal((await getHealthz({ client })).data.status, "ok");
  const email = `ada-${Date.now()}@example.com`;
  const password = "correct horse battery";
  const organization = { name: "Hochbau Nord" };
  await register({ client, body: { email, password, name: "Ada Lovelace", organization } });

  const ada = createClient({ baseUrl, login: { email, password } });
  const { data: me } = await getMe({ client: ada });
  assert.equal(me.user.email, email);
  return ada;
}

async function createsAProject(client: Client): Promise<Project> {
  const body = {
    code: "HRB-7",
    name: "Harbour, quay 7",
    status: "active" as const,
    starts_on: "2026-12-01",
    metadata: { client: "Port Authority" },
  };
  const headers = { "Idempotency-Key": "first-project" };
  const first = await createProject({ client, body, headers });
  const second = await createProject({ client, body, headers });
  assert.equal(second.response.headers.get("Idempotent-Replayed"), "true");
  assert.deepEqual(second.data, first.data);

  const query = { q: "harbor", status: ["active" as const], sort: "-created_at" as const };
  for await (const found of all(listProjects, { client, query })) {
    assert.equal(found.id, first.data.id);
  }

  const change = {
    client,
    path: { id: first.data.id },
    headers: ifMatch(first.response),
    body: { status: "on_hold" as const, metadata: { reason: "ice" } },
  };
  const { data: changed } = await updateProject(change);
  assert.deepEqual(changed.metadata, { client: "Port Authority", reason: "ice" });
  await assert.rejects(updateProject(change), (error) => is(error, "if_match.stale"));
  return changed;
}

async function makesMistakes(client: Client): Promise<void> {
  const body = { code: "HRB-8", colour: "red", ends_on: 5 };
  await assert.rejects(createProject({ client, body: body as never }), (error) => {
    assert(error instanceof PlinthProblem && error.request_id);
    assert.deepEqual(
      error.errors?.map(({ pointer, code }) => [pointer, code]),
      [
        ["/colour", "field.unknown"],
        ["/ends_on", "field.type"],
        ["/name", "field.required"],
      ],
    );
    return is(error, "body.invalid");
  });
}

async function uploadsADrawing(client: Client, project: Project): Promise<void> {
  const after = await lastEventNumber(client);
  const file = await openAsBlob(FILE);
  // Small chunks, so that it is paused in its midst.
  const upload = new Upload(client, file, {
    name: "drawing.pdf",
    project_id: project.id,
    chunkBytes: 1_000,
    onProgress: (sent) => {
      if (sent === 1_000) {
        upload.pause();
        setTimeout(() => upload.resume(), 100);
      }
    },
  });
  const { id } = await upload.done;

  const seen: string[] = [];
  const signal = AbortSignal.timeout(60_000);
  for await (const event of events(client, { after, topics: ["documents"], signal })) {
    assert.equal(event.subject.id, id);
    seen.push(event.type);
    if (event.type === "document.ready") {
      break;
    }
  }
  assert.deepEqual(seen, ["document.created", "document.processing", "document.ready"]);

  const { data: found } = await listDocuments({ client, query: { q: "foundation quay" } });
  assert.deepEqual(found.data.map((document) => document.id), [id]);
  const { data: content } = await getDocumentContent({ client, path: { id } });
  assert(Buffer.from(await content.arrayBuffer()).equals(await readFile(FILE)));

  const { data: jobs } = await listJobs({ client, query: { kind: ["document.process"] } });
  assert.deepEqual(jobs.data.map((job) => job.state), ["succeeded"]);
}

async function issuesAnInvoice(client: Client, project: Project): Promise<void> {
  const seller = {
    legal_name: "Hochbau Nord GmbH",
    vat_id: "DE136695976",
    address: { street: "Kai 7", postal_code: "20457", city: "Hamburg", country: "DE" },
    contact: { name: "Ada Lovelace", email: "ada@example.com", phone: "+49 40 123456" },
    bank_account: { iban: "DE89370400440532013000" },
  };
  await updateOrganization({ client, headers: ifMatch("*"), body: { settings: { seller } } });
  const address = { postal_code: "20457", city: "Hamburg", country: "DE" };
  const { data: party } = await createParty({
    client,
    body: { name: "Port Authority", role: "customer", address },
  });
  const line = {
    text: "Concrete C25/30",
    quantity: "12.5",
    unit: "MTQ",
    unit_price: "98.40",
    vat: { category: "S" as const, rate_basis_points: 1900 },
  };
  const { data: draft, response } = await createInvoice({
    client,
    body: {
      party_id: party.id,
      project_id: project.id,
      currency: "EUR",
      service_from: "2026-11-02",
      lines: [line],
    },
  });
  const path = { id: draft.id };
  const { data: issued } = await issueInvoice({ client, path, headers: ifMatch(response) });
  const amount = { amount_minor: 146_370, currency: "EUR" };
  assert.equal(issued.status, "issued");
  assert.match(issued.number ?? "", /^INV-\d{4}-00001$/);

  const { data: payment } = await createPayment({
    client,
    body: {
      party_id: party.id,
      direction: "received",
      method: "bank_transfer",
      received_on: new Date().toISOString().slice(0, 10),
      amount,
      allocations: [{ invoice_id: draft.id, amount }],
    },
  });
  assert.equal(payment.unallocated.amount_minor, 0);
  assert.equal((await getInvoice({ client, path })).data.status, "paid");
  // The client waits as Retry-After says while the worker makes it.
  const { data: pdf } = await getInvoicePdf({ client, path });
  assert.equal(await pdf.slice(0, 5).text(), "%PDF-");
}

async function executesAPrompt(client: Client): Promise<void> {
  const { data: model } = await createModel({
    client,
    body: {
      name: "tour",
      provider: "custom",
      model_id: "plain",
      kind: "chat",
      base_url: `http://${provider}/v1`,
    },
  });
  const { data: prompt } = await createPrompt({
    client,
    body: { name: "greeting", content: "Greet {{ name }}.", model_id: model.id },
  });
  const path = { id: prompt.id };
  const execution = streamPrompt({ client, path, body: { variables: { name: "Ada" } } });
  let text = "";
  for await (const piece of execution) {
    text += piece;
  }
  assert.equal(text, "Hello wörld");
  assert.equal(execution.execution?.status, "succeeded");
  assert(execution.id);
  for await (const rest of followExecution(client, execution.id, { after: 6 })) {
    assert.equal(rest, "wörld");
  }
}

async function readsTheAuditLog(client: Client, project: Project): Promise<void> {
  const query = { subject_id: project.id };
  const { data: log } = await listAuditLogs({ client, query });
  assert.deepEqual(log.data.map((entry) => entry.action), ["project.updated", "project.created"]);
  const { data: verified } = await verifyAuditLog({ client });
  assert(verified.complete && verified.fault === null);
}

const client = await registers();
const project = await createsAProject(client);
await makesMistakes(client);
await uploadsADrawing(client, project);
await issuesAnInvoice(client, project);
if (provider) {
  await executesAPrompt(client);
}
await readsTheAuditLog(client, project);
console.log(`TypeScript: the tour of README.md with ${baseUrl} is as it says`);
