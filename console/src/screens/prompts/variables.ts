import { parseJson } from "@/forms/json";
import type { components } from "@/generated/api";

type Version = Pick<components["schemas"]["PromptVersion"], "input_schema" | "messages">;

export interface Variable {
  name: string;
  /** Its value is a text, and not JSON. */
  isText: boolean;
  isRequired: boolean;
  description: string | undefined;
}

interface Schema {
  properties?: Record<string, { type?: unknown; description?: unknown } | boolean>;
  required?: unknown;
}

/** What names of templates are not: variables of the caller. */
const KNOWN = new Set(["loop", "range", "true", "false", "none", "not", "if", "else", "in", "is", "and", "or", "context"]);

/** The variables of a version: those of its schema, or the names that its templates print. */
export function variablesOf({ input_schema, messages }: Version): Variable[] {
  const { properties, required } = (input_schema ?? {}) as Schema;
  if (!properties) {
    const texts = messages.map(({ content }) => content).join("\n");
    const names = new Set([...texts.matchAll(/\{\{-?\s*([A-Za-z_]\w*)/g)].map(([, name]) => name ?? ""));
    for (const [, name] of texts.matchAll(/\{%-?\s*for\s+(\w+)/g)) names.delete(name ?? "");
    return [...names].filter((name) => !KNOWN.has(name)).map((name) => ({ name, isText: true, isRequired: true, description: undefined }));
  }
  return Object.entries(properties).map(([name, schema]) => {
    const { type, description } = typeof schema === "object" ? schema : {};
    return {
      name,
      isText: type === "string",
      isRequired: Array.isArray(required) && required.includes(name),
      description: typeof description === "string" ? description : undefined,
    };
  });
}

/** The values of variables that were typed, and further ones as JSON. Empty ones are not given. */
export function variablesBody(variables: readonly Variable[], texts: readonly string[], further: string): Record<string, unknown> {
  const given = variables.flatMap(({ name, isText }, index) => {
    const text = texts[index] ?? "";
    if (text === "") return [];
    return [[name, isText ? text : parseJson(text)] as const];
  });
  return { ...Object.fromEntries(given), ...(parseJson(further) as object | undefined) };
}
