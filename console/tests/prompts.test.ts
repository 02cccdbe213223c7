import { describe, expect, it } from "vitest";
import { definitionOf, valuesOf } from "@/screens/evaluators/definition";
import { meansByVersion } from "@/screens/prompts/score-means";
import { variablesBody, variablesOf } from "@/screens/prompts/variables";
import { versionBody, versionValues } from "@/screens/prompts/version-values";

const version = (parts: object) => ({ messages: [], input_schema: null, ...parts }) as unknown as Parameters<typeof variablesOf>[0];

describe("the variables of a version", () => {
  it("are those of its schema, where it has one", () => {
    const input_schema = { properties: { text: { type: "string" }, count: { type: "integer", description: "How many" } }, required: ["text"] };
    expect(variablesOf(version({ input_schema }))).toEqual([
      { name: "text", isText: true, isRequired: true, description: undefined },
      { name: "count", isText: false, isRequired: false, description: "How many" },
    ]);
  });

  it("are the names that templates print, without those of loops and of the context", () => {
    const content = "{{ title | upper }} {% for part in context %}{{ part.text }}{{ loop.index }}{% endfor %}{{- question }}";
    expect(variablesOf(version({ messages: [{ role: "user", content }] })).map(({ name }) => name)).toEqual(["title", "question"]);
  });

  it("are given as texts or as JSON, and empty ones are not given", () => {
    const variables = [
      { name: "text", isText: true },
      { name: "count", isText: false },
      { name: "note", isText: true },
    ].map((one) => ({ ...one, isRequired: false, description: undefined }));
    expect(variablesBody(variables, ["5", "5", ""], '{"more": [1]}')).toEqual({ text: "5", count: 5, more: [1] });
  });
});

it("a next version that was not changed says the same", () => {
  const before = {
    messages: [{ role: "user" as const, content: "{{ a }}" }],
    model_id: "m",
    fallbacks: [],
    parameters: { temperature: 0 },
    input_schema: { type: "object" },
    output_schema: null,
  };
  expect(versionBody(versionValues(before))).toEqual({ ...before, output_schema: undefined });
});

it("means of scores are points of a plot, by version", () => {
  const score = (prompt_version: number, name: string, mean: number | null) => ({ prompt_version, name, mean }) as Parameters<typeof meansByVersion>[0][number];
  expect(meansByVersion([score(2, "a", 0.5), score(1, "a", 1), score(1, "b", 0), score(1, "c", null)])).toEqual({
    points: [
      { version: 1, a: 1, b: 0 },
      { version: 2, a: 0.5 },
    ],
    names: ["a", "b"],
  });
});

it("a definition has the fields of its kind alone", () => {
  const values = { ...valuesOf({ kind: "exact" } as Parameters<typeof valuesOf>[0]), pattern: "a+", threshold: 0.5 };
  expect(definitionOf(values)).toEqual({ kind: "exact" });
  expect(definitionOf({ ...values, kind: "regex" })).toEqual({ kind: "regex", pattern: "a+" });
  expect(definitionOf({ ...values, kind: "json_schema", schema: '{"type": "array"}' })).toEqual({ kind: "json_schema", schema: { type: "array" } });
});
