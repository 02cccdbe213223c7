import { expect, type Owner } from "./support";

/** A server that speaks OpenAI's API, which the tested server may call: the small model of `plinth dev`. */
const MODEL_URL = process.env.CONSOLE_MODEL_URL ?? "http://127.0.0.1:8071/v1";
const MODEL_NAME = process.env.CONSOLE_MODEL_NAME ?? "smollm2-135m-instruct";

export const NEW_MODEL = { name: "local/small", provider: "custom", model_id: MODEL_NAME, base_url: MODEL_URL };

interface Identified {
  id: string;
}

/** A model with a price, and a prompt that asks it. */
export async function promptOf(owner: Owner, content = "Say in one sentence: {{ text }}"): Promise<{ model: Identified; prompt: Identified }> {
  const model: Identified = await owner.api("POST", "/models", NEW_MODEL);
  await owner.api("POST", `/models/${model.id}/prices`, { input_nano_usd: 100_000_000, output_nano_usd: 400_000_000 });
  const body = { name: "site.note", model_id: model.id, content, parameters: { max_tokens: 60 } };
  const prompt: Identified = await owner.api("POST", "/prompts", body);
  expect(prompt.id).toBeTruthy();
  return { model, prompt };
}
