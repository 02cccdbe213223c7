// Makes src/generated from docs/openapi.json: the types of the API, the rules of forms by operation,
// the closed sets of values by schema, and the operations that take an Idempotency-Key.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import openapiTypes, { astToString } from "openapi-typescript";
import { rulesOf } from "./rules.mjs";

const root = new URL("../", import.meta.url);
const source = new URL("../docs/openapi.json", root);
const target = new URL("src/generated/", root);
const text = readFileSync(source, "utf8");
const document = JSON.parse(text);

rmSync(target, { recursive: true, force: true });
for (const folder of ["rules/", "values/"]) mkdirSync(new URL(folder, target), { recursive: true });
const write = (name, content) => writeFileSync(new URL(name, target), content);

write("api.d.ts", astToString(await openapiTypes(document, { defaultNonNullable: false })));

const keyed = [];
for (const [path, methods] of Object.entries(document.paths)) {
  for (const [method, operation] of Object.entries(methods)) {
    const headers = (operation.parameters ?? []).filter((parameter) => parameter.in === "header");
    if (method === "post" && headers.some(({ name }) => name === "Idempotency-Key")) keyed.push(path);
    const rules = rulesOf(document, operation);
    if (rules) {
      const module = `export default ${JSON.stringify(rules)} as const;\n`;
      write(`rules/${operation.operationId}.ts`, module);
    }
  }
}
write("keyed.ts", `export default new Set<string>(${JSON.stringify(keyed)});\n`);

for (const [name, schema] of Object.entries(document.components.schemas)) {
  if (schema.enum && name !== "ProblemCode") {
    write(`values/${name}.ts`, `export default ${JSON.stringify(schema.enum)} as const;\n`);
  }
}
