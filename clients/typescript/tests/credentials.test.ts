import assert from "node:assert/strict";
import { test } from "node:test";

import { createClient, getMe, is, type SignedIn } from "@plinth/client";

import { json, problem, serve } from "./server.js";

function signedIn(number: number): Partial<SignedIn> {
  return { access_token: `pla_${number}`, refresh_token: `plr_${number}`, token_type: "Bearer" };
}

test("fifty calls with an expired token cause one refresh, and all succeed", async (t) => {
  const refreshed: string[] = [];
  let valid = "pla_1";
  const baseUrl = await serve(t, ({ path, headers, body }, response) => {
    if (path === "/api/v1/auth/refresh") {
      const { refresh_token: used } = JSON.parse(body.toString()) as { refresh_token: string };
      refreshed.push(used);
      valid = `pla_${refreshed.length}`;
      return setTimeout(() => json(response, 200, signedIn(refreshed.length)), 50) && undefined;
    }
    if (headers.authorization !== `Bearer ${valid}`) {
      return problem(response, 401, "auth.invalid_token");
    }
    return json(response, 200, {});
  });
  const kept: string[] = [];
  const onSession = (session: SignedIn) => void kept.push(session.refresh_token);
  const client = createClient({ baseUrl, refreshToken: "plr_0", onSession });

  await Promise.all(Array.from({ length: 50 }, () => getMe({ client })));
  assert.deepEqual(refreshed, ["plr_0"]);

  valid = "none";
  await Promise.all(Array.from({ length: 50 }, () => getMe({ client })));
  assert.deepEqual(refreshed, ["plr_0", "plr_1"]);
  assert.deepEqual(kept, ["plr_1", "plr_2"]);
});

test("a login that has ended is begun again with the password", async (t) => {
  const asked: string[] = [];
  let valid = "pla_1";
  const baseUrl = await serve(t, ({ path, headers }, response) => {
    asked.push(path);
    switch (path) {
      case "/api/v1/auth/login":
        return json(response, 200, { ...signedIn(1), access_token: valid });
      case "/api/v1/auth/refresh":
        return problem(response, 401, "auth.invalid_token");
      default:
        return headers.authorization === `Bearer ${valid}`
          ? json(response, 200, {})
          : problem(response, 401, "auth.invalid_token");
    }
  });
  const login = { email: "ada@example.com", password: "correct horse battery" };
  const client = createClient({ baseUrl, login });
  await getMe({ client });
  valid = "pla_2";
  await getMe({ client });
  const [me, loginPath, refresh] = ["/api/v1/me", "/api/v1/auth/login", "/api/v1/auth/refresh"];
  assert.deepEqual(asked, [loginPath, me, me, refresh, loginPath, me]);
});

test("a login asks for the code of the second factor", async (t) => {
  const baseUrl = await serve(t, ({ path, body }, response) => {
    if (path === "/api/v1/auth/login") {
      assert.deepEqual(JSON.parse(body.toString()), { email: "a@example.com", password: "p" });
      return problem(response, 401, "auth.second_factor_needed", { challenge: "plc_1" });
    }
    if (path === "/api/v1/auth/login/second-factor") {
      assert.deepEqual(JSON.parse(body.toString()), { challenge: "plc_1", code: "123456" });
      return json(response, 200, signedIn(1));
    }
    return json(response, 200, {});
  });
  const login = { email: "a@example.com", password: "p", code: () => "123456" };
  await getMe({ client: createClient({ baseUrl, login }) });
});

test("a refresh whose answer was cut is sent again with the same token", async (t) => {
  const refreshed: unknown[] = [];
  const baseUrl = await serve(t, ({ path, body }, response) => {
    if (path !== "/api/v1/auth/refresh") {
      return json(response, 200, {});
    }
    refreshed.push(JSON.parse(body.toString()));
    return refreshed.length === 1 ? response.destroy() && undefined : json(response, 200, signedIn(1));
  });
  await getMe({ client: createClient({ baseUrl, refreshToken: "plr_0" }) });
  assert.deepEqual(refreshed, [{ refresh_token: "plr_0" }, { refresh_token: "plr_0" }]);
});

test("a refused refresh fails every call that waits for it, with its problem", async (t) => {
  const baseUrl = await serve(t, (_, response) => problem(response, 401, "auth.invalid_token"));
  const client = createClient({ baseUrl, refreshToken: "plr_0" });
  const calls = await Promise.allSettled([getMe({ client }), getMe({ client })]);
  for (const call of calls) {
    assert(call.status === "rejected" && is(call.reason, "auth.invalid_token"));
  }
});

test("a function is asked for another token once, with the one that was refused", async (t) => {
  const baseUrl = await serve(t, (_, response) => problem(response, 401, "auth.invalid_token"));
  const asked: (string | undefined)[] = [];
  const token = (refused?: string) => {
    asked.push(refused);
    return `pla_${asked.length}`;
  };
  const client = createClient({ baseUrl, token });
  await assert.rejects(getMe({ client }), (error) => is(error, "auth.invalid_token"));
  assert.deepEqual(asked, [undefined, "pla_1"]);
});

test("a key is sent as it is, and its refusal is final", async (t) => {
  const sent: unknown[] = [];
  const baseUrl = await serve(t, ({ headers }, response) => {
    sent.push(headers.authorization);
    problem(response, 401, "auth.invalid_token");
  });
  const client = createClient({ baseUrl, apiKey: "plk_1" });
  await assert.rejects(getMe({ client }), (error) => is(error, "auth.invalid_token"));
  assert.deepEqual(sent, ["Bearer plk_1"]);
});
