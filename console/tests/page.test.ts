import { expect, it } from "vitest";
import { nextCursor } from "@/api/page";

it("a page names the next one, and the last page names none", () => {
  expect(nextCursor({ data: [], has_more: true, next_cursor: "c" })).toBe("c");
  expect(nextCursor({ data: [], has_more: false, next_cursor: "c" })).toBeUndefined();
  expect(nextCursor({ data: [], next_cursor: null })).toBeUndefined();
});
