// OpenAI's library for Node against the gateway.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import OpenAI from "openai";

const given = JSON.parse(process.env.GATEWAY);
const client = new OpenAI({ baseURL: given.url, apiKey: given.key });
const messages = [{ role: "user", content: "Hello" }];
const schema = { type: "object", properties: { city: { type: "string" } } };
const tools = [{ type: "function", function: { name: "weather", parameters: schema } }];

async function seen(model) {
  return (await fetch(`${given.provider}/seen/${model}`)).json();
}

async function untilLeft(model, before) {
  const begun = Date.now();
  while ((await seen(model)).left === before) {
    assert(Date.now() < begun + 1000, `${model} is still called`);
    await sleep(20);
  }
}

const checks = {
  async whole() {
    const answer = await client.chat.completions.create({ model: "sdk/plain", messages });
    assert.equal(answer.choices[0].message.content, "Hello wörld");
    assert.equal(answer.usage.total_tokens, 11);
  },

  async prompts() {
    const variables = { name: "Ada" };
    const body = { model: "prompt:sdk-greeting", messages: [], variables };
    const answer = await client.chat.completions.create(body);
    assert.equal(answer.model, "prompt:sdk-greeting");
  },

  async streamed() {
    const stream_options = { include_usage: true };
    const body = { model: "sdk/plain", messages, stream: true, stream_options };
    let text = "";
    let usage;
    for await (const chunk of await client.chat.completions.create(body)) {
      text += chunk.choices[0]?.delta.content ?? "";
      usage = chunk.usage ?? usage;
    }
    assert.equal(text, "Hello wörld");
    assert.equal(usage.completion_tokens, 2);
  },

  async tools() {
    const stream = client.chat.completions.stream({ model: "sdk/plain", messages, tools });
    const call = (await stream.finalChatCompletion()).choices[0].message.tool_calls[0];
    assert.deepEqual(JSON.parse(call.function.arguments), { city: "Zürich" });
  },

  async structured() {
    const json_schema = { name: "answer", schema };
    const response_format = { type: "json_schema", json_schema };
    const body = { model: "sdk/plain", messages, response_format };
    const answer = await client.chat.completions.parse(body);
    assert.deepEqual(answer.choices[0].message.parsed, { city: "x" });
  },

  async embeddings() {
    for (const more of [{}, { encoding_format: "float" }]) {
      const body = { model: "sdk/vectors", input: ["a", "b"], dimensions: 2, ...more };
      const answer = await client.embeddings.create(body);
      const vectors = answer.data.map((item) => Array.from(item.embedding));
      assert.deepEqual(vectors, [[0.5, 0.5], [1.5, 1.5]]);
    }
  },

  async models() {
    const names = [];
    for await (const model of client.models.list()) names.push(model.id);
    assert(names.includes("sdk/plain"));
    assert.equal((await client.models.retrieve("sdk/plain")).id, "sdk/plain");
  },

  async errors() {
    const create = (model) => client.chat.completions.create({ model, messages });
    await assert.rejects(create("nowhere"), { status: 404, code: "model_not_found" });
    await assert.rejects(create("sdk/rejecting"), { status: 400, code: "provider.rejected" });
  },

  async retries() {
    let requests = 0;
    const counted = (...all) => (requests++, fetch(...all));
    const poor = new OpenAI({ baseURL: given.url, apiKey: given.poor, fetch: counted });
    const call = poor.chat.completions.create({ model: "sdk/plain", messages });
    await assert.rejects(call, { status: 429, code: "insufficient_quota" });
    assert.equal(requests, 1);
  },

  async cut() {
    const stream = await client.chat.completions.create({ model: "sdk/cut", messages, stream: true });
    const read = async () => {
      for await (const _ of stream);
    };
    await assert.rejects(read(), { code: "provider.stream_cut" });
  },

  async aborted() {
    const before = (await seen("endless")).left;
    const body = { model: "sdk/endless", messages, stream: true };
    const stream = await client.chat.completions.create(body);
    for await (const chunk of stream) if (chunk.choices[0].delta.content) break;
    stream.controller.abort();
    await untilLeft("endless", before);
    for (const isStreamed of [true, false]) {
      const { asked, left } = await seen("silent");
      const controller = new AbortController();
      const body = { model: "sdk/silent", messages, stream: isStreamed };
      const call = client.chat.completions.create(body, { signal: controller.signal });
      while ((await seen("silent")).asked === asked) await sleep(20);
      controller.abort();
      await assert.rejects(call);
      await untilLeft("silent", left);
    }
  },
};

for (const [name, check] of Object.entries(checks)) {
  try {
    await check();
  } catch (error) {
    console.error(`error: ${name} of OpenAI's library for Node failed`);
    throw error;
  }
}
const { version } = JSON.parse(readFileSync(new URL("node_modules/openai/package.json", import.meta.url)));
console.log(`openai ${version} for Node: ok`);
