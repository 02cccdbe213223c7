import assert from "node:assert/strict";
import { test } from "node:test";

import { all, createClient, ifMatch, is, listProjects, type Project } from "@plinth/client";

import { json, problem, serve } from "./server.js";

/** A list of seven projects, in pages of `limit`. */
function list(asked: string[]) {
  return ({ path }: { path: string }, response: Parameters<typeof json>[0]) => {
    asked.push(path);
    const query = new URL(path, "http://plinth.test").searchParams;
    const [from, limit] = [Number(query.get("cursor") ?? 0), Number(query.get("limit") ?? 3)];
    const codes = Array.from({ length: 7 }, (_, index) => ({ code: `P-${index}` }));
    const data = codes.slice(from, from + limit);
    const hasMore = from + limit < codes.length;
    const cursor = hasMore ? String(from + limit) : null;
    json(response, 200, { data, has_more: hasMore, next_cursor: cursor });
  };
}

test("the items of all pages come in their order, with the filters of the first page", async (t) => {
  const asked: string[] = [];
  const client = createClient({ baseUrl: await serve(t, list(asked)), token: "t" });
  const codes: string[] = [];
  for await (const project of all(listProjects, { client, query: { status: ["active"], limit: 3 } })) {
    const { code }: Project = project;
    codes.push(code);
  }
  assert.deepEqual(codes, ["P-0", "P-1", "P-2", "P-3", "P-4", "P-5", "P-6"]);
  const path = "/api/v1/projects?status=active&limit=3";
  assert.deepEqual(asked, [path, `${path}&cursor=3`, `${path}&cursor=6`]);
});

test("no page is asked for before the consumer needs it", async (t) => {
  const asked: string[] = [];
  const client = createClient({ baseUrl: await serve(t, list(asked)), token: "t" });
  for await (const { code } of all(listProjects, { client })) {
    if (code === "P-3") {
      break;
    }
  }
  assert.deepEqual(asked, ["/api/v1/projects", "/api/v1/projects?cursor=3"]);
});

test("a list that does not go on is an error, and no endless loop", async (t) => {
  const page = { data: [], has_more: true, next_cursor: "same" };
  const client = createClient({ baseUrl: await serve(t, (_, response) => json(response, 200, page)) });
  await assert.rejects(all(listProjects, { client }).next(), { message: /does not say where/ });
});

test("a page that is refused is the problem of the loop", async (t) => {
  const client = createClient({
    baseUrl: await serve(t, (_, response) => problem(response, 400, "cursor.invalid")),
  });
  const items = all(listProjects, { client, query: { cursor: "x" } });
  await assert.rejects(items.next(), (error) => is(error, "cursor.invalid"));
});

test("If-Match names the version of an answer, or a number", () => {
  const read = new Response(null, { headers: { ETag: '"7"' } });
  assert.deepEqual(ifMatch(read), { "If-Match": '"7"' });
  assert.deepEqual(ifMatch(3), { "If-Match": '"3"' });
  assert.deepEqual(ifMatch("*"), { "If-Match": "*" });
  assert.throws(() => ifMatch(new Response()), TypeError);
});
