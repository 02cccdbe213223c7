import createClient from "openapi-fetch";
import { expect, it } from "vitest";
import { idempotencyKeys } from "@/api/keys";
import type { paths } from "@/generated/api";

function client(serve: () => Response) {
  const keys: (string | null)[] = [];
  const api = createClient<paths, "application/json">({
    baseUrl: "https://plinth.example",
    fetch: async (request) => {
      keys.push(request.headers.get("Idempotency-Key"));
      return serve();
    },
  });
  let made = 0;
  api.use(idempotencyKeys(() => `key-${++made}`));
  return { api, keys };
}

const body = { code: "A", name: "A" };

it("a creation without an answer keeps its key when it is sent again", async () => {
  let isAway = true;
  const { api, keys } = client(() => {
    if (isAway) throw new TypeError("fetch failed");
    return new Response("{}", { status: 201 });
  });
  await expect(api.POST("/api/v1/projects", { body })).rejects.toThrow();
  isAway = false;
  await api.POST("/api/v1/projects", { body });
  await api.POST("/api/v1/projects", { body });
  expect(keys).toEqual(["key-1", "key-1", "key-2"]);
});

it("another content has another key, and what takes no key gets none", async () => {
  const { api, keys } = client(() => new Response("{}", { status: 503 }));
  await api.POST("/api/v1/projects", { body });
  await api.POST("/api/v1/projects", { body: { ...body, name: "B" } });
  await api.POST("/api/v1/auth/logout");
  expect(keys).toEqual(["key-1", "key-2", null]);
});
