import { describe, expect, it } from "vitest";
import createProject from "@/generated/rules/create_project";
import createContract from "@/generated/rules/create_contract";
import { ruleOf, type Rules, violation } from "@/forms/rules";
import { rulesOf } from "../scripts/rules.mjs";

describe("the rules of an operation", () => {
  const document = {
    components: {
      schemas: {
        Body: {
          type: "object",
          required: ["name", "address"],
          properties: {
            name: { type: "string", maxLength: 5 },
            address: { $ref: "#/components/schemas/Address" },
            kind: { oneOf: [{ $ref: "#/components/schemas/Kind" }, { type: "null" }] },
            lines: { type: "array", items: { $ref: "#/components/schemas/Line" }, maxItems: 3 },
            account: { oneOf: [{ $ref: "#/components/schemas/Address" }, { type: "null" }] },
            self: { $ref: "#/components/schemas/Body" },
          },
        },
        Address: { type: "object", required: ["city"], properties: { city: { type: "string", minLength: 1 } } },
        Kind: { type: "string", enum: ["a", "b"] },
        Line: { type: "object", properties: { count: { type: "integer", minimum: 1 } } },
      },
    },
  };
  const operation = { requestBody: { content: { "application/json": { schema: { $ref: "#/components/schemas/Body" } } } } };

  it("are those of all fields: in objects, in lists, and beside null", () => {
    expect(rulesOf(document, operation)).toEqual({
      name: { required: true, maxLength: 5 },
      address: { required: true },
      "address.city": { required: true, minLength: 1 },
      // An object that may be absent needs none of its fields.
      "account.city": { minLength: 1 },
      kind: { enum: ["a", "b"] },
      lines: { maxItems: 3 },
      "lines.*.count": { minimum: 1 },
    });
  });

  it("are none without a JSON body", () => {
    expect(rulesOf(document, {})).toBeUndefined();
  });

  it("of the real document are found, also within lists", () => {
    expect(createProject.code).toMatchObject({ required: true, maxLength: 32 });
    expect(ruleOf(createContract, "positions.3.text")).toMatchObject({ required: true });
  });
});

describe("a value", () => {
  const rules: Rules = createProject;
  it.each([
    ["code", "", "required"],
    ["code", "with blank", "pattern"],
    ["name", "x".repeat(201), "max_length"],
    ["name", "😀".repeat(200), undefined],
    ["starts_on", "20.11.2026", "date"],
    ["starts_on", "", undefined],
    ["status", "gone", "pattern"],
  ])("of %s that is %j breaks the rule %s", (field, value, key) => {
    expect(violation(ruleOf(rules, field), value)?.key).toBe(key);
  });

  it("that is a number is held against its limits", () => {
    const rule = { minimum: 1, maximum: 3 };
    expect(violation(rule, 0)).toEqual({ key: "minimum", limit: 1 });
    expect(violation(rule, 4)).toEqual({ key: "maximum", limit: 3 });
    expect(violation(rule, Number.NaN)).toEqual({ key: "number" });
  });
});
