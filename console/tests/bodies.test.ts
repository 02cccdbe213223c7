import { expect, it } from "vitest";
import { changes, filled, isSame } from "@/forms/bodies";

it("a creation leaves out what the user has left empty, also within", () => {
  const values = { code: "A", note: "", count: Number.NaN, address: { city: "" }, lines: [{ text: "x", unit: "" }], flag: false };
  expect(filled(values)).toEqual({ code: "A", lines: [{ text: "x" }], flag: false });
});

it("a patch has what differs, and null for what was emptied", () => {
  const record = { name: "A", note: "n", ends_on: null, tags: ["a"] };
  expect(changes(record, { name: "B", note: "", ends_on: "", tags: ["a"] })).toEqual({ name: "B", note: null });
});

it("the order of fields makes no difference, that of items does", () => {
  expect(isSame({ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 })).toBe(true);
  expect(isSame([1, 2], [2, 1])).toBe(false);
});
