import { expect, it } from "vitest";
import { differences, merged, proposal } from "@/records/merge";

const FIELDS = ["code", "name", "note", "status"];
const base = { code: "A", name: "one", note: null, status: "active" };
const theirs = { code: "A", name: "two", note: "n", status: "active" };

it("what only one side has changed is proposed as that side has it, and what both have is a conflict", () => {
  const patch = { name: "three", status: "planned" };
  const found = differences(base, patch, theirs, FIELDS);
  expect(found.map(({ field, isConflict }) => [field, isConflict])).toEqual([["name", true], ["note", false], ["status", false]]);
  expect(proposal(found, patch)).toEqual({ name: "mine", note: "theirs", status: "mine" });
  expect(merged(found, proposal(found, patch))).toEqual({ name: "three", status: "planned" });
});

it("the same change on both sides is no difference", () => {
  expect(differences(base, { name: "two" }, { ...base, name: "two" }, FIELDS)).toEqual([]);
});

it("a value of theirs can be set back to that of before", () => {
  const patch = { code: "B" };
  const found = differences(base, patch, theirs, FIELDS);
  expect(merged(found, { code: "mine", name: "mine", note: "mine" })).toEqual({ code: "B", name: "one", note: null });
});
