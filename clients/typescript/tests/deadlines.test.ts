import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";

import { createClient, createDocument, getDocumentContent, getMe } from "@plinth/client";

import { json, problem, serve, until } from "./server.js";

test("a call without an answer ends after its time", async (t) => {
  const baseUrl = await serve(t, () => {});
  const client = createClient({ baseUrl, token: "t", timeoutMs: 50 });
  await assert.rejects(getMe({ client }), { name: "TimeoutError" });
  await assert.rejects(getMe({ client, timeoutMs: 10 }), { message: "not within 10 ms" });
});

test("the time of a call is that of all of its attempts", async (t) => {
  const baseUrl = await serve(t, (_, response) => problem(response, 503, "unavailable"));
  const retry = { attempts: 1_000, firstWaitMs: 20, longestWaitMs: 20 };
  const client = createClient({ baseUrl, token: "t", timeoutMs: 300, retry });
  const begun = performance.now();
  await assert.rejects(getMe({ client }));
  assert(performance.now() - begun < 1_000);
});

test("a signal aborts a call while it is sent, and while it waits", async (t) => {
  let asked = 0;
  const headers = { "Retry-After": "20" };
  const baseUrl = await serve(t, (_, response) => {
    asked += 1;
    if (asked > 1) {
      problem(response, 503, "unavailable", { headers });
    }
  });
  const client = createClient({ baseUrl, token: "t" });
  for (const count of [1, 2]) {
    const controller = new AbortController();
    const call = getMe({ client, signal: controller.signal });
    await until(() => asked === count);
    setTimeout(() => controller.abort(new Error("enough")), 50);
    await assert.rejects(call, { message: "enough" });
  }
  await assert.rejects(getMe({ client, signal: AbortSignal.abort(new Error("before")) }), {
    message: "before",
  });
  assert.equal(asked, 2);
});

test("a caller that leaves does not end the refresh that others wait for", async (t) => {
  const baseUrl = await serve(t, ({ path }, response) => {
    const isRefresh = path === "/api/v1/auth/refresh";
    const body = isRefresh ? { access_token: "pla_1", refresh_token: "plr_1" } : { name: "Ada" };
    setTimeout(() => json(response, 200, body), isRefresh ? 100 : 0);
  });
  const client = createClient({ baseUrl, refreshToken: "plr_0" });
  const impatient = getMe({ client, signal: AbortSignal.timeout(20) });
  const patient = getMe({ client });
  await assert.rejects(impatient, { name: "TimeoutError" });
  assert.deepEqual((await patient).data, { name: "Ada" });
});

test("many calls have one listener at the signal of the caller", async (t) => {
  const baseUrl = await serve(t, () => {});
  const client = createClient({ baseUrl, token: "t" });
  const controller = new AbortController();
  const { signal } = controller;
  const calls = Array.from({ length: 50 }, () => getMe({ client, signal }));
  assert.equal(getEventListeners(signal, "abort").length, 1);
  controller.abort(new Error("enough"));
  for (const call of await Promise.allSettled(calls)) {
    assert(call.status === "rejected" && call.reason instanceof Error);
    assert.equal(call.reason.message, "enough");
  }
});

test("a refresh that fails after its callers have left is no unhandled rejection", async (t) => {
  const baseUrl = await serve(t, (_, response) => {
    setTimeout(() => problem(response, 401, "auth.invalid_token"), 50);
  });
  const client = createClient({ baseUrl, refreshToken: "plr_0" });
  const signals = [AbortSignal.abort(new Error("left")), AbortSignal.timeout(10)];
  for (const signal of signals) {
    await assert.rejects(getMe({ client, signal }));
  }
  await new Promise((resolve) => setTimeout(resolve, 100));
});

test("a file has more time than an answer, in both directions", async (t) => {
  const baseUrl = await serve(t, async ({ method }, response) => {
    const pause = () => new Promise((resolve) => setTimeout(resolve, 200));
    if (method === "POST") {
      await pause();
      return json(response, 201, { id: "1" });
    }
    response.writeHead(200, { "Content-Type": "application/pdf" });
    response.write("%PDF");
    await pause();
    response.end("-1.7");
    return undefined;
  });
  const client = createClient({ baseUrl, token: "t", timeoutMs: 100 });
  const file = new File(["%PDF-1.7"], "plan.pdf");
  await createDocument({ client, body: { file } });
  const { data } = await getDocumentContent({ client, path: { id: "1" } });
  assert.equal(await data.text(), "%PDF-1.7");
  const brief = createClient({ baseUrl, token: "t", timeoutMs: 100, transferTimeoutMs: 100 });
  await assert.rejects(createDocument({ client: brief, body: { file } }), { name: "TimeoutError" });
});
