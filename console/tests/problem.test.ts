import { describe, expect, it } from "vitest";
import { asApiError, errorOf, fetchError, fieldOf } from "@/api/problem";

const answer = (status: number, headers = {}) => new Response(null, { status, headers });

describe("an answer that is no success", () => {
  it("has the problem's detail, code, request_id and faults", () => {
    const faults = [{ code: "text.too_long" as const, detail: "at most 200 characters", pointer: "/name" }];
    const body = { type: "", title: "", status: 422, code: "body.invalid", detail: "two faults", request_id: "r-1", errors: faults };
    expect(errorOf(answer(422), body)).toMatchObject({ status: 422, code: "body.invalid", message: "two faults", requestId: "r-1", faults });
  });

  it("of a proxy has its status, and the request_id of the header", () => {
    const error = errorOf(answer(502, { "X-Request-Id": "r-2" }), "<html>");
    expect(error).toMatchObject({ status: 502, code: "http", requestId: "r-2", faults: [] });
  });

  it("that never came is told from a fault of the application", () => {
    expect(fetchError(new TypeError("fetch failed"))).toMatchObject({ code: "network" });
    expect(fetchError(new DOMException("late", "TimeoutError"))).toMatchObject({ code: "network" });
  });

  it("of a screen that fails is no lost network", () => {
    expect(asApiError(new TypeError("x is undefined")).code).toBe("client");
  });
});

it("a pointer names the field of a form", () => {
  expect(fieldOf("/positions/0/text")).toBe("positions.0.text");
  expect(fieldOf("/a~1b/c~0d")).toBe("a/b.c~d");
});
