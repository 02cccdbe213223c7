import { parseJson } from "@/forms/json";
import type { components } from "@/generated/api";
import { jsonText } from "@/ui/diff";

type Definition = components["schemas"]["EvaluatorDefinition"];
type NewDefinition = components["schemas"]["NewEvaluatorDefinition"];
export type Kind = components["schemas"]["EvaluatorKind"];

/** The fields of a definition by its kind. */
export const FIELDS: Readonly<Record<Kind, readonly Exclude<keyof Definition, "kind">[]>> = {
  exact: ["ignore_case"],
  contains: ["ignore_case"],
  regex: ["pattern"],
  json_schema: ["schema"],
  numeric: ["tolerance"],
  similarity: ["model_id", "threshold"],
  judge: ["prompt_id", "prompt_version", "threshold"],
};

/** A definition in a form: all fields of all kinds, the schema as text. */
export type DefinitionValues = {
  [F in keyof Definition]-?: F extends "schema" ? string : NonNullable<Definition[F]> | "";
} & { kind: Kind };

export function valuesOf(definition: Definition): DefinitionValues {
  const { kind, ignore_case, pattern, tolerance, model_id, threshold, prompt_id, prompt_version } = definition;
  return {
    kind,
    ignore_case: ignore_case ?? false,
    pattern: pattern ?? "",
    schema: jsonText(definition.schema),
    tolerance: tolerance ?? "",
    model_id: model_id ?? "",
    threshold: threshold ?? "",
    prompt_id: prompt_id ?? "",
    prompt_version: prompt_version ?? "",
  };
}

/** The definition that a form says: only the fields of its kind that are filled. */
export function definitionOf(values: DefinitionValues): NewDefinition {
  const given = { ...values, schema: parseJson(values.schema) };
  const kept = FIELDS[values.kind]
    .map((field) => [field, given[field]] as const)
    .filter(([, value]) => value !== "" && value !== undefined && value !== false && !Number.isNaN(value));
  return { kind: values.kind, ...Object.fromEntries(kept) } as NewDefinition;
}
