import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import type { ServerResponse } from "node:http";
import { test } from "node:test";

import { createClient, events, is, lastEventNumber, ResyncRequired } from "@plinth/client";

import { json, problem, serve, until } from "./server.js";

/** Begins a stream that says to come again after a millisecond. */
function begin(response: ServerResponse): void {
  response.writeHead(200, { "Content-Type": "text/event-stream" });
  response.write("retry: 1\n: connected\n\n");
}

function event(number: number): string {
  return `id: ${number}\ndata: {"number":${number},"type":"project.updated"}\n\n`;
}

function after(path: string): number {
  return Number(new URL(path, "http://plinth.test").searchParams.get("after"));
}

/** The numbers of the next events. */
async function take(stream: ReturnType<typeof events>, count: number): Promise<number[]> {
  const numbers: number[] = [];
  for await (const { number } of stream) {
    if (numbers.push(number) === count) {
      break;
    }
  }
  return numbers;
}

test("a stream that is cut anywhere goes on without a gap and without a double", async (t) => {
  const asked: number[] = [];
  const baseUrl = await serve(t, ({ path }, response) => {
    const from = after(path);
    asked.push(from);
    begin(response);
    const text = [1, 2, 3].map((step) => event(from + step)).join("");
    // Two whole events and a part of the third one; now and then one that was seen before.
    response.write((from > 0 ? event(from) : "") + text.slice(0, -10));
    setTimeout(() => response.destroy(), 5);
  });
  const stream = events(createClient({ baseUrl, token: "t" }), { after: 0 });
  const numbers = await take(stream, 50);
  assert.deepEqual(
    numbers,
    Array.from({ length: 50 }, (_, index) => index + 1),
  );
  assert.deepEqual(asked.slice(0, 3), [0, 2, 4]);
});

test("a stream that ends with its token goes on with the next token", async (t) => {
  let valid = 0;
  const baseUrl = await serve(t, ({ path, headers }, response) => {
    if (path === "/api/v1/auth/refresh") {
      valid += 1;
      return json(response, 200, { access_token: `pla_${valid}`, refresh_token: `plr_${valid}` });
    }
    if (headers.authorization !== `Bearer pla_${valid}`) {
      return problem(response, 401, "auth.invalid_token");
    }
    begin(response);
    response.end(event(after(path) + 1));
    // The server refuses the token from now on.
    valid += 0.5;
    return undefined;
  });
  const stream = events(createClient({ baseUrl, refreshToken: "plr_0" }), { after: 7 });
  assert.deepEqual(await take(stream, 3), [8, 9, 10]);
});

test("a connection on which nothing comes counts as lost", async (t) => {
  let asked = 0;
  const baseUrl = await serve(t, ({ path }, response) => {
    asked += 1;
    begin(response);
    response.write(event(after(path) + 1));
  });
  const stream = events(createClient({ baseUrl, token: "t" }), { after: 0, silenceMs: 50 });
  assert.deepEqual(await take(stream, 3), [1, 2, 3]);
  assert.equal(asked, 3);
});

test("without a number the stream begins behind the last event, before it is connected", async (t) => {
  const asked: number[] = [];
  const baseUrl = await serve(t, ({ path }, response) => {
    const from = after(path);
    asked.push(from);
    begin(response);
    if (from > 41) {
      return response.end('event: resync_required\ndata: {"first":1,"last":41}\n\n') && undefined;
    }
    // The connection is cut before the first event, which comes meanwhile.
    return asked.length === 2 ? response.destroy() && undefined : response.end(event(42)) && undefined;
  });
  const client = createClient({ baseUrl, token: "t" });
  assert.deepEqual(await take(events(client), 1), [42]);
  assert.deepEqual(asked.slice(1), [41, 41]);
  assert.equal(await lastEventNumber(client), 41);
});

test("events that are gone are told with what there is", async (t) => {
  const baseUrl = await serve(t, (_, response) => {
    begin(response);
    response.end('event: resync_required\ndata: {"first":50,"last":99}\n\n');
  });
  const stream = events(createClient({ baseUrl, token: "t" }), { after: 3 });
  await assert.rejects(stream.next(), (error) => {
    assert(error instanceof ResyncRequired);
    return error.first === 50 && error.last === 99;
  });
});

test("topics are asked for, and a refusal is the problem of the loop", async (t) => {
  const asked: string[] = [];
  const baseUrl = await serve(t, ({ path }, response) => {
    asked.push(path);
    problem(response, 403, "permission.denied");
  });
  const client = createClient({ baseUrl, token: "t" });
  const stream = events(client, { after: 0, topics: ["projects", "jobs"] });
  await assert.rejects(stream.next(), (error) => is(error, "permission.denied"));
  assert.deepEqual(asked, ["/api/v1/events/stream?after=0&topics=projects%2Cjobs"]);
});

test("an outage that lasts too long ends the stream, a shorter one does not", async (t) => {
  let isAway = true;
  const baseUrl = await serve(t, (_, response) => {
    if (isAway) {
      return response.destroy() && undefined;
    }
    begin(response);
    return void response.write(event(1));
  });
  const retry = { attempts: 1 };
  const client = createClient({ baseUrl, token: "t", retry });
  await assert.rejects(events(client, { after: 0, outageMs: 0 }).next(), { name: "ConnectionLost" });
  setTimeout(() => {
    isAway = false;
  }, 100);
  assert.deepEqual(await take(events(client, { after: 0 }), 1), [1]);
});

test("a signal ends a stream with its reason, and many connections have one listener", async (t) => {
  const baseUrl = await serve(t, ({ path }, response) => {
    begin(response);
    response.write(event(after(path) + 1));
    if (after(path) < 20) {
      response.end();
    }
  });
  const controller = new AbortController();
  const { signal } = controller;
  const seen: number[] = [];
  let listeners = 0;
  const client = createClient({ baseUrl, token: "t" });
  const reading = (async () => {
    for await (const { number } of events(client, { after: 0, signal })) {
      seen.push(number);
      if (number === 21) {
        listeners = getEventListeners(signal, "abort").length;
        setTimeout(() => controller.abort(new Error("enough")), 20);
      }
    }
  })();
  await assert.rejects(reading, { message: "enough" });
  assert.equal(seen.length, 21);
  assert.equal(listeners, 1);
});

test("a consumer that stops closes the connection", async (t) => {
  let isClosed = false;
  const baseUrl = await serve(t, (_, response) => {
    response.on("close", () => {
      isClosed = true;
    });
    begin(response);
    response.write(event(1));
  });
  await take(events(createClient({ baseUrl, token: "t" }), { after: 0 }), 1);
  await until(() => isClosed);
});

test("an event without an end is an error, and fills no memory", async (t) => {
  const baseUrl = await serve(t, (_, response) => {
    begin(response);
    const line = `data: ${"x".repeat(1024 * 1024)}\n`;
    for (let count = 0; count < 10; count += 1) {
      response.write(line);
    }
  });
  const stream = events(createClient({ baseUrl, token: "t" }), { after: 0 });
  await assert.rejects(stream.next(), { message: /longer than 8388608 characters/ });
});

test("lines end with LF or CR LF, also where a chunk divides them or a character", async (t) => {
  const baseUrl = await serve(t, async (_, response) => {
    begin(response);
    const text = 'id: 1\r\ndata: {"number":1,\r\ndata:"type":"Überbrückung 🏗"}\r\n\r\n';
    for (const byte of Buffer.from(text)) {
      response.write(Buffer.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
  });
  const stream = events(createClient({ baseUrl, token: "t" }), { after: 0 });
  const { value } = await stream.next();
  assert.deepEqual(value, { number: 1, type: "Überbrückung 🏗" });
  await stream.return();
});
