import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { test } from "node:test";

import { createClient, followExecution, is, streamMessages, streamPrompt } from "@plinth/client";

import { type Asked, problem, serve } from "./server.js";

const TEXT = "Ein Kai, sieben Liegeplätze 🏗.";

/** Streams the text behind a number of characters in pieces of four, at most `pieces` of them. */
function stream(response: ServerResponse, after: number, pieces = Infinity): void {
  response.writeHead(200, { "Content-Type": "text/event-stream", Location: "/api/v1/executions/e-1" });
  response.write("retry: 1\n: connected\n\n");
  const characters = [...TEXT];
  for (let from = after, count = 0; from < characters.length; from += 4, count += 1) {
    if (count === pieces) {
      setTimeout(() => response.destroy(), 5);
      return;
    }
    const text = characters.slice(from, from + 4).join("");
    const end = Math.min(from + 4, characters.length);
    response.write(`id: ${end}\nevent: output\ndata: ${JSON.stringify({ text })}\n\n`);
  }
  response.end('event: ended\ndata: {"id":"e-1","status":"succeeded"}\n\n');
}

async function text(pieces: AsyncIterable<string>): Promise<string> {
  let all = "";
  for await (const piece of pieces) {
    all += piece;
  }
  return all;
}

test("the text of a prompt comes whole over cut connections, and the execution begins once", async (t) => {
  const asked: Asked[] = [];
  const baseUrl = await serve(t, (request, response) => {
    asked.push(request);
    if (asked.length === 1) {
      // It has begun, and the answer is lost.
      return response.destroy() && undefined;
    }
    const { pathname, searchParams } = new URL(request.path, "http://plinth.test");
    if (pathname === "/api/v1/prompts/p-1/execute") {
      return stream(response, 0, 2);
    }
    assert.equal(pathname, "/api/v1/executions/e-1/events");
    return stream(response, Number(searchParams.get("after")), 2);
  });
  const client = createClient({ baseUrl, token: "t", retry: { firstWaitMs: 1 } });
  const body = { variables: { text: "…" } };
  const execution = streamPrompt({ client, path: { id: "p-1" }, body });
  assert.equal(await text(execution), TEXT);
  assert.equal(execution.id, "e-1");
  assert.equal(execution.execution?.status, "succeeded");

  const [first, second, ...later] = asked;
  assert.equal(first?.headers.accept, "text/event-stream");
  assert.equal(first?.headers["idempotency-key"], second?.headers["idempotency-key"]);
  assert.deepEqual(second?.body, first?.body);
  assert(later.length > 0 && later.every(({ method }) => method === "GET"));
});

test("messages are streamed under the key of the caller", async (t) => {
  const baseUrl = await serve(t, ({ path, headers }, response) => {
    assert.equal(path, "/api/v1/executions");
    assert.equal(headers["idempotency-key"], "mine");
    stream(response, 0);
  });
  const client = createClient({ baseUrl, token: "t" });
  const messages = [{ role: "user", content: "Which quay?" }];
  const execution = streamMessages({
    client,
    body: { model: "fast", messages } as never,
    idempotencyKey: "mine",
  });
  assert.equal(await text(execution), TEXT);
});

test("an execution is followed from any character", async (t) => {
  const baseUrl = await serve(t, ({ path }, response) => {
    assert.equal(path, "/api/v1/executions/e-1/events?after=9");
    stream(response, 9);
  });
  const client = createClient({ baseUrl, token: "t" });
  assert.equal(await text(followExecution(client, "e-1", { after: 9 })), TEXT.slice(9));
});

test("an execution that is refused is a problem, and not begun again", async (t) => {
  let asked = 0;
  const baseUrl = await serve(t, (_, response) => {
    asked += 1;
    problem(response, 429, "budget.exceeded", { headers: { "Retry-After": "86400" } });
  });
  const client = createClient({ baseUrl, token: "t" });
  const execution = streamPrompt({ client, path: { id: "p-1" }, body: {} as never });
  await assert.rejects(text(execution), (error) => is(error, "budget.exceeded"));
  assert.equal(asked, 1);
});

test("the execution is cancelled by its id", async (t) => {
  const asked: string[] = [];
  const baseUrl = await serve(t, ({ method, path }, response) => {
    asked.push(`${method} ${path}`);
    if (path === "/api/v1/executions/e-1/cancel") {
      response.writeHead(204).end();
    } else {
      response.writeHead(200, { "Content-Type": "text/event-stream", Location: "/api/v1/executions/e-1" });
      response.write('id: 1\nevent: output\ndata: {"text":"E"}\n\n');
    }
  });
  const client = createClient({ baseUrl, token: "t" });
  const execution = streamMessages({ client, body: {} as never });
  for await (const _ of execution) {
    await execution.cancel();
    break;
  }
  assert.deepEqual(asked, ["POST /api/v1/executions", "POST /api/v1/executions/e-1/cancel"]);
});
