import assert from "node:assert/strict";
import { test } from "node:test";

import {
  ConnectionLost,
  createClient,
  createProject,
  getMe,
  is,
  logout,
  updateProject,
} from "@plinth/client";

import { json, problem, serve } from "./server.js";

const quick = { firstWaitMs: 1, longestWaitMs: 5 };
const project = { code: "HRB-7", name: "Harbour" };

test("a creation that was cut is sent again with the same idempotency key and body", async (t) => {
  const asked: { key: unknown; body: string }[] = [];
  const baseUrl = await serve(t, ({ headers, body }, response) => {
    asked.push({ key: headers["idempotency-key"], body: body.toString() });
    if (asked.length < 3) {
      response.destroy();
    } else {
      json(response, 201, { id: "1" }, { "Idempotent-Replayed": "true" });
    }
  });
  const client = createClient({ baseUrl, token: "t", retry: quick });
  const { data, response } = await createProject({ client, body: project });
  assert.equal(data.id, "1");
  assert.equal(response.headers.get("Idempotent-Replayed"), "true");
  const [first] = asked;
  assert.match(String(first?.key), /^[0-9a-f]{32}$/);
  assert.deepEqual(asked, [first, first, first]);
});

test("two creations have two keys, and a key of the caller is kept", async (t) => {
  const keys: unknown[] = [];
  const baseUrl = await serve(t, ({ headers }, response) => {
    keys.push(headers["idempotency-key"]);
    json(response, 201, {});
  });
  const client = createClient({ baseUrl, token: "t" });
  await createProject({ client, body: project });
  await createProject({ client, body: project });
  await createProject({ client, body: project, headers: { "Idempotency-Key": "mine" } });
  assert.equal(new Set(keys).size, 3);
  assert.equal(keys[2], "mine");
});

test("an answer that is cut in its body is asked for again", async (t) => {
  let asked = 0;
  const baseUrl = await serve(t, (_, response) => {
    asked += 1;
    if (asked > 1) {
      return json(response, 200, { name: "Ada" });
    }
    response.writeHead(200, { "Content-Type": "application/json", "Content-Length": "100" });
    response.write('{"name"');
    return setTimeout(() => response.destroy(), 20) && undefined;
  });
  const { data } = await getMe({ client: createClient({ baseUrl, token: "t", retry: quick }) });
  assert.deepEqual(data, { name: "Ada" });
});

test("a key that is in use is tried again, because the first attempt may still run", async (t) => {
  let asked = 0;
  const baseUrl = await serve(t, (_, response) => {
    asked += 1;
    return asked === 1
      ? problem(response, 409, "idempotency_key.in_use", { headers: { "Retry-After": "0" } })
      : json(response, 201, { id: "1" });
  });
  const client = createClient({ baseUrl, token: "t", retry: quick });
  assert.equal((await createProject({ client, body: project })).data.id, "1");
});

test("Retry-After is waited for, in seconds and as a date", async (t) => {
  const at: number[] = [];
  const baseUrl = await serve(t, (_, response) => {
    at.push(performance.now());
    const inTwoSeconds = new Date(Date.now() + 2_000).toUTCString();
    const wait = [undefined, "1", inTwoSeconds][at.length];
    return wait === undefined
      ? json(response, 200, {})
      : problem(response, 429, "rate_limited", { headers: { "Retry-After": wait } });
  });
  await getMe({ client: createClient({ baseUrl, token: "t", retry: quick }) });
  const [first = 0, second = 0, third = 0] = at;
  assert(second - first >= 1_000, `${second - first}`);
  // A date has whole seconds.
  assert(third - second >= 900, `${third - second}`);
});

test("a Retry-After behind the end of the call is not waited for", async (t) => {
  let asked = 0;
  const baseUrl = await serve(t, (_, response) => {
    asked += 1;
    problem(response, 429, "budget.exceeded", { headers: { "Retry-After": "86400" } });
  });
  const client = createClient({ baseUrl, token: "t" });
  await assert.rejects(
    getMe({ client }),
    (error) => is(error, "budget.exceeded") && error.retry_after === 86_400,
  );
  assert.equal(asked, 1);
});

test("a server that stays away fails the call after its attempts", async (t) => {
  let asked = 0;
  const baseUrl = await serve(t, (_, response) => {
    asked += 1;
    response.destroy();
  });
  const client = createClient({ baseUrl, token: "t", retry: { ...quick, attempts: 3 } });
  await assert.rejects(getMe({ client }), ConnectionLost);
  assert.equal(asked, 3);
});

test("what is neither safe nor has a key is sent once, unless the caller says otherwise", async (t) => {
  const asked: string[] = [];
  const baseUrl = await serve(t, ({ method, path }, response) => {
    asked.push(`${method} ${path}`);
    response.destroy();
  });
  const client = createClient({ baseUrl, token: "t", retry: { ...quick, attempts: 2 } });
  await assert.rejects(logout({ client }), ConnectionLost);
  const headers = { "If-Match": "*" };
  await assert.rejects(updateProject({ client, path: { id: "1" }, headers, body: {} }));
  await assert.rejects(logout({ client, repeat: true }), ConnectionLost);
  const [out, patch] = ["POST /api/v1/auth/logout", "PATCH /api/v1/projects/1"];
  assert.deepEqual(asked, [out, patch, out, out]);
});

test("a problem that stays is told at once", async (t) => {
  let asked = 0;
  const baseUrl = await serve(t, (_, response) => {
    asked += 1;
    problem(response, 409, "project.code_taken");
  });
  const client = createClient({ baseUrl, token: "t", retry: quick });
  await assert.rejects(createProject({ client, body: project }), (error) =>
    is(error, "project.code_taken"),
  );
  assert.equal(asked, 1);
});
