import assert from "node:assert/strict";
import { test } from "node:test";

import { createClient, createProject, getMe, is, PlinthProblem, UnexpectedAnswer } from "@plinth/client";

import { problem, serve } from "./server.js";

const faults = [
  { pointer: "/colour", code: "field.unknown", detail: 'there is no field "colour"' },
  { pointer: "/name", code: "field.required", detail: "must be given" },
];

test("a problem has its code, its detail, its request and all faults", async (t) => {
  const baseUrl = await serve(t, (_, response) =>
    problem(response, 422, "body.invalid", { detail: "2 values", errors: faults }),
  );
  const client = createClient({ baseUrl, token: "t" });
  try {
    await createProject({ client, body: { code: "HRB-8", name: "" } });
    assert.fail("it succeeded");
  } catch (error) {
    assert(error instanceof PlinthProblem);
    assert.equal(error.status, 422);
    assert.deepEqual(error.errors, faults);
    assert.equal(
      error.message,
      '2 values (body.invalid, request r-1)\n  /colour: there is no field "colour"\n  /name: must be given',
    );
    assert(is(error, "body.invalid", "body.malformed"));
    // The code is that of the closed set: another one does not compile.
    const code: "body.invalid" | "body.malformed" = error.code;
    assert.equal(code, "body.invalid");
    assert(!is(error, "project.code_taken"));
    // @ts-expect-error: there is no such code
    assert(!is(error, "project.code_takne"));
  }
});

test("an answer that is no problem is told with its status and its request", async (t) => {
  const baseUrl = await serve(t, (_, response) => {
    response.writeHead(404, { "Content-Type": "text/html", "X-Request-Id": "r-2" });
    response.end("<h1>no such host</h1>");
  });
  await assert.rejects(getMe({ client: createClient({ baseUrl, token: "t" }) }), (error) => {
    assert(error instanceof UnexpectedAnswer);
    assert.equal(error.message, "404, request r-2: <h1>no such host</h1>");
    return error.status === 404 && error.request_id === "r-2";
  });
});

test("a caller may take the problem instead of catching it", async (t) => {
  const baseUrl = await serve(t, (_, response) => problem(response, 404, "not_found"));
  const client = createClient({ baseUrl, token: "t" });
  const { data, error, response } = await getMe({ client, throwOnError: false });
  assert.equal(data, undefined);
  assert.equal(error?.code, "not_found");
  assert.equal(response.status, 404);
});
