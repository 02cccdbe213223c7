import { describe, expect, it } from "vitest";
import { sender, type World } from "@/api/send";

const ORIGIN = "https://plinth.example";

const problem = (status: number, code: string, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify({ code, detail: "", request_id: "r", status, title: "", type: "" }), { status, headers });

interface Scene {
  cookies: string;
  requests: Request[];
  waits: number[];
  signedOut: number;
}

/** A browser whose server answers with `serve`. */
function browser(serve: (request: Request, scene: Scene) => Response | Promise<Response>) {
  const scene: Scene = { cookies: "plinth_csrf=one", requests: [], waits: [], signedOut: 0 };
  const world: World = {
    fetch: async (request) => {
      scene.requests.push(request);
      return serve(request, scene);
    },
    cookies: () => scene.cookies,
    wait: async (milliseconds) => {
      scene.waits.push(milliseconds);
    },
    origin: ORIGIN,
    signedOut: () => {
      scene.signedOut += 1;
    },
  };
  return { scene, send: sender(world) };
}

const get = (path = "/api/v1/projects") => new Request(ORIGIN + path);
const post = (headers: Record<string, string> = {}) =>
  new Request(`${ORIGIN}/api/v1/projects`, { method: "POST", body: "{}", headers });
const isRefresh = (request: Request) => request.url.endsWith("/auth/cookies/refresh");

describe("a session that has expired", () => {
  it("is refreshed once for all requests that wait, each of which is repeated once", async () => {
    let isFresh = false;
    const { scene, send } = browser(async (request, { }) => {
      if (isRefresh(request)) {
        await Promise.resolve();
        isFresh = true;
        scene.cookies = "plinth_csrf=two";
        return new Response("{}");
      }
      return isFresh ? new Response("[]") : problem(401, "auth.required");
    });
    const answers = await Promise.all([send(get()), send(get()), send(get())]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(scene.requests.filter(isRefresh)).toHaveLength(1);
    expect(scene.requests).toHaveLength(7);
  });

  it("is refreshed before the request when its cookies are gone", async () => {
    const { scene, send } = browser((request, seen) => {
      if (isRefresh(request)) seen.cookies = "plinth_csrf=two";
      return new Response("{}");
    });
    scene.cookies = "";
    await send(post());
    expect(scene.requests.map(isRefresh)).toEqual([true, false]);
    expect(scene.requests[1]?.headers.get("X-CSRF-Token")).toBe("two");
  });

  it("ends when it cannot be refreshed, and the request is not repeated", async () => {
    const { scene, send } = browser(() => problem(401, "auth.required"));
    expect((await send(get())).status).toBe(401);
    expect(scene.requests).toHaveLength(2);
    expect(scene.signedOut).toBe(1);
  });

  it("has not ended because the server is busy", async () => {
    const { scene, send } = browser((request) => (isRefresh(request) ? problem(503, "unavailable") : problem(401, "auth.required")));
    expect((await send(get())).status).toBe(503);
    expect(scene.signedOut).toBe(0);
  });

  it("is not what a wrong password says", async () => {
    const { scene, send } = browser(() => problem(401, "auth.invalid_credentials"));
    const login = new Request(`${ORIGIN}/api/v1/auth/login`, { method: "POST", body: "{}" });
    const password = new Request(`${ORIGIN}/api/v1/auth/password`, { method: "POST", body: "{}" });
    for (const request of [login, password]) expect((await send(request)).status).toBe(401);
    expect(scene.requests.some(isRefresh)).toBe(false);
  });
});

describe("the CSRF token", () => {
  it("goes with writes, and not with reads", async () => {
    const { scene, send } = browser(() => new Response("{}"));
    await send(get());
    await send(post());
    expect(scene.requests.map(({ headers }) => headers.get("X-CSRF-Token"))).toEqual([null, "one"]);
  });

  it("is read again when another tab has changed it meanwhile", async () => {
    const { scene, send } = browser((_, seen) => {
      if (seen.cookies === "plinth_csrf=two") return new Response("{}");
      seen.cookies = "plinth_csrf=two";
      return problem(403, "auth.csrf");
    });
    expect((await send(post())).status).toBe(200);
    expect(scene.requests).toHaveLength(2);
  });
});

describe("a lost connection and a busy server", () => {
  it("are met by repetitions of a read, which wait longer each time", async () => {
    let attempts = 0;
    const { scene, send } = browser(() => {
      attempts += 1;
      if (attempts < 3) throw new TypeError("fetch failed");
      return new Response("[]");
    });
    expect((await send(get())).status).toBe(200);
    expect(scene.waits[1]).toBeGreaterThan(scene.waits[0] ?? 0);
  });

  it("do not repeat a write without an Idempotency-Key", async () => {
    const { scene, send } = browser(() => {
      throw new TypeError("fetch failed");
    });
    await expect(send(post())).rejects.toThrow("fetch failed");
    expect(scene.requests).toHaveLength(1);
  });

  it("repeat a write under the same Idempotency-Key, with its whole body", async () => {
    let attempts = 0;
    const { scene, send } = browser(async (request) => {
      attempts += 1;
      expect(await request.text()).toBe("{}");
      if (attempts === 1) throw new TypeError("fetch failed");
      return attempts === 2 ? problem(409, "idempotency_key.in_use") : new Response("{}", { status: 201 });
    });
    expect((await send(post({ "Idempotency-Key": "k" }))).status).toBe(201);
    expect(scene.requests.map(({ headers }) => headers.get("Idempotency-Key"))).toEqual(["k", "k", "k"]);
  });

  it("are told after the last repetition, and Retry-After is kept", async () => {
    const { scene, send } = browser(() => problem(503, "organization.busy", { "Retry-After": "2" }));
    expect((await send(get())).status).toBe(503);
    expect(scene.waits).toEqual([2000, 2000, 2000]);
  });

  it("do not repeat what the caller has given up", async () => {
    const { scene, send } = browser((request) => {
      request.signal.throwIfAborted();
      return new Response("[]");
    });
    await expect(send(new Request(get(), { signal: AbortSignal.abort() }))).rejects.toThrow();
    expect(scene.requests).toHaveLength(1);
  });
});
