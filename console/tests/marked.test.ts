import { expect, it } from "vitest";
import { marked } from "@/screens/search/marked";

it("ranges of a highlight count characters of Unicode, not units of UTF-16", () => {
  expect(marked("🏗 quay", [{ start: 2, end: 6 }])).toEqual([
    { text: "🏗 ", isMarked: false },
    { text: "quay", isMarked: true },
  ]);
});

it("ranges that overlap mark each character once", () => {
  expect(marked("abcdef", [{ start: 2, end: 5 }, { start: 1, end: 3 }])).toEqual([
    { text: "a", isMarked: false },
    { text: "bc", isMarked: true },
    { text: "de", isMarked: true },
    { text: "f", isMarked: false },
  ]);
});
