import { parseMoney } from "@/ui/money";

/** A field's rules as `scripts/rules.mjs` extracts them from the API's document. */
export interface Rule {
  readonly required?: boolean;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly minItems?: number;
  readonly maxItems?: number;
}

export type Rules = Readonly<Record<string, Rule>>;

/** The rule of a field of a form: `positions.3.text` has that of `positions.*.text`. */
export const ruleOf = (rules: Rules, field: string): Rule => rules[field.replace(/\.\d+(?=\.|$)/g, ".*")] ?? {};

export interface Violation {
  /** The text is `form.KEY` among those of the application. */
  key: string;
  limit?: number;
}

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const DAY = /^\d{4}-\d\d-\d\d$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What is wrong with a value; the server says it, too, but later. */
export function violation(rule: Rule, value: unknown): Violation | undefined {
  if (value === undefined || value === null || value === "") {
    return rule.required ? { key: "required" } : undefined;
  }
  if (typeof value === "number") return wrongNumber(rule, value);
  return typeof value === "string" ? wrongText(rule, value) : undefined;
}

function wrongNumber({ minimum, maximum }: Rule, value: number): Violation | undefined {
  if (Number.isNaN(value)) return { key: "number" };
  if (minimum !== undefined && value < minimum) return { key: "minimum", limit: minimum };
  if (maximum !== undefined && value > maximum) return { key: "maximum", limit: maximum };
  return undefined;
}

function wrongText(rule: Rule, value: string): Violation | undefined {
  // The API counts characters of Unicode.
  const length = [...value].length;
  if (rule.minLength !== undefined && length < rule.minLength) return { key: "min_length", limit: rule.minLength };
  if (rule.maxLength !== undefined && length > rule.maxLength) return { key: "max_length", limit: rule.maxLength };
  if (rule.pattern !== undefined && !new RegExp(rule.pattern, "u").test(value)) return { key: "pattern" };
  if (rule.enum && !rule.enum.includes(value)) return { key: "pattern" };
  if (rule.format === "email" && !EMAIL.test(value)) return { key: "email" };
  if (rule.format === "uuid" && !UUID.test(value)) return { key: "pattern" };
  if (rule.format === "date" && !DAY.test(value)) return { key: "date" };
  return undefined;
}

/** What is wrong with an amount that was typed. */
export function wrongMoney(required: boolean, text: string, currency: string): Violation | undefined {
  if (text === "") return required ? { key: "required" } : undefined;
  return parseMoney(text, currency) ? undefined : { key: "money" };
}
