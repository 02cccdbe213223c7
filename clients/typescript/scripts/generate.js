// Writes src/generated from docs/openapi.json: the operations and their types by @hey-api/openapi-ts, and
// which operations take an `Idempotency-Key`.
import { readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { createClient } from "@hey-api/openapi-ts";

const output = fileURLToPath(new URL("../src/generated", import.meta.url));
const document = JSON.parse(
  await readFile(new URL("../../../docs/openapi.json", import.meta.url), "utf8"),
);

// The generator's streams do not resume: src/events.ts and src/executions.ts have these two. A WebSocket
// is no call.
for (const path of ["/api/v1/events/stream", "/api/v1/executions/{id}/events", "/api/v1/ws"]) {
  delete document.paths[path].get;
}

await rm(output, { recursive: true, force: true });
await createClient({
  input: document,
  logs: { level: "silent", file: false },
  output: { path: output, module: { extension: ".js" } },
  plugins: [
    { name: "@hey-api/client-fetch", throwOnError: true },
    "@hey-api/typescript",
    { name: "@hey-api/sdk", client: false },
  ],
});

const keyed = Object.entries(document.paths)
  .filter(([, { post }]) => post?.parameters?.some(({ name }) => name === "Idempotency-Key"))
  .map(([path]) => `  ${JSON.stringify(path)},\n`);
await writeFile(
  `${output}/keyed.gen.ts`,
  `/** The paths whose \`POST\` takes an \`Idempotency-Key\`. */
export const keyed: ReadonlySet<string> = new Set([
${keyed.join("")}]);
`,
);
