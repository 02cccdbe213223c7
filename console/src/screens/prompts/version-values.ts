import { parseJson } from "@/forms/json";
import type { components } from "@/generated/api";
import { jsonText } from "@/ui/diff";

type Message = components["schemas"]["PromptMessage"];
type Version = Pick<
  components["schemas"]["PromptVersion"],
  "messages" | "model_id" | "fallbacks" | "parameters" | "input_schema" | "output_schema"
>;
type NewVersion = components["schemas"]["NewPromptVersionBody"];

/** A version in a form: JSON as text. */
export interface VersionValues {
  messages: Message[];
  model_id: string;
  fallbacks: string[];
  parameters: string;
  input_schema: string;
  output_schema: string;
  message: string;
}

export const NEW_VERSION: VersionValues = {
  messages: [{ role: "user", content: "" }],
  model_id: "",
  fallbacks: [],
  parameters: "",
  input_schema: "",
  output_schema: "",
  message: "",
};

const objectText = (value: object | null) => (value && Object.keys(value).length > 0 ? jsonText(value) : "");

/** The values from which a next version begins. */
export const versionValues = (version: Version): VersionValues => ({
  messages: version.messages,
  model_id: version.model_id,
  fallbacks: version.fallbacks,
  parameters: objectText(version.parameters),
  input_schema: objectText(version.input_schema),
  output_schema: objectText(version.output_schema),
  message: "",
});

export const versionBody = (values: VersionValues): NewVersion =>
  ({
    messages: values.messages.map(({ role, content }) => ({ role, content })),
    model_id: values.model_id,
    fallbacks: values.fallbacks,
    parameters: parseJson(values.parameters),
    input_schema: parseJson(values.input_schema),
    output_schema: parseJson(values.output_schema),
    ...(values.message ? { message: values.message } : {}),
  }) as NewVersion;

/** The parts of a version as texts, which are compared line by line. */
export const versionTexts = (version: Version): Record<"messages" | "settings" | "input_schema" | "output_schema", string> => ({
  messages: version.messages.map(({ role, content }) => `[${role}]\n${content}`).join("\n\n"),
  settings: jsonText({ model_id: version.model_id, fallbacks: version.fallbacks, parameters: version.parameters }),
  input_schema: jsonText(version.input_schema),
  output_schema: jsonText(version.output_schema),
});
