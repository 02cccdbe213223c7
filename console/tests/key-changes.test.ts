import { expect, it } from "vitest";
import { keyChanges } from "@/forms/bodies";

it("a key that was removed is null in the patch, and what stays is not in it", () => {
  expect(keyChanges({ a: 1, b: 2, c: { d: 3, e: 4 } }, { a: 1, b: 5, c: { d: 3 } })).toEqual({ b: 5, c: { e: null } });
});

it("a list is replaced as a whole", () => {
  expect(keyChanges({ stop: ["a", "b"] }, { stop: ["a"] })).toEqual({ stop: ["a"] });
});
