// What the clients have in common: a session, and requests with its token.
import assert from "node:assert/strict";

function setting(name) {
  const value = process.env[name];
  assert(value, `${name} is not set`);
  return value;
}

export const api = `${setting("PLINTH_URL")}/api/v1`;

async function logIn() {
  const credentials = { email: setting("PLINTH_EMAIL"), password: setting("PLINTH_PASSWORD") };
  const response = await fetch(`${api}/auth/login`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(credentials),
  });
  assert.equal(response.status, 200);
  return (await response.json()).access_token;
}

export const authorization = `Bearer ${await logIn()}`;

/** Sends a request to a path of the API, and answers its response, which must have this status. */
export async function ask(status, path, options = {}) {
  const headers = { Authorization: authorization, ...options.headers };
  const response = await fetch(new URL(path, `${api}/`), { ...options, headers });
  assert.equal(response.status, status, `${path}: ${response.status}`);
  return response;
}

/** Runs checks one after another, and prints a line for each. */
export async function check(client, checks) {
  for (const [name, run] of Object.entries(checks)) {
    const started = Date.now();
    await run();
    console.log(`${client}: ${name} (${Date.now() - started} ms)`);
  }
}
