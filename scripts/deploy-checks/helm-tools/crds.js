// Checks objects of other operators, given as a JSON array on standard input, by their schemas.
// Prints a line for each fault, and fails if there is one.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as databases from "@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1";
import * as secretsV1 from "@kubernetes-models/external-secrets/external-secrets.io/v1";
import * as secretsV1beta1 from "@kubernetes-models/external-secrets/external-secrets.io/v1beta1";
import * as monitors from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1";

const groups = {
    "postgresql.cnpg.io/v1": databases,
    "external-secrets.io/v1": secretsV1,
    "external-secrets.io/v1beta1": secretsV1beta1,
    "monitoring.coreos.com/v1": monitors,
};

const packages = {
    "postgresql.cnpg.io": "cloudnative-pg",
    "external-secrets.io": "external-secrets",
    "monitoring.coreos.com": "prometheus-operator",
};
// Maps whose keys are not names of fields; some belong to types of Kubernetes.
const free = new Set(["labels", "annotations", "matchLabels", "parameters", "requests", "limits"]);

// The validators let unknown fields pass. A misspelt one is in none of the operator's schemas.
function unknownFields(value, known) {
    if (Array.isArray(value)) return value.flatMap((part) => unknownFields(part, known));
    if (value === null || typeof value !== "object") return [];
    return Object.entries(value).flatMap(([key, part]) => [
        ...(known.has(key) || free.has(key) ? [] : [key]),
        ...(free.has(key) ? [] : unknownFields(part, known)),
    ]);
}

function fieldsOf(group) {
    const here = dirname(fileURLToPath(import.meta.url));
    const directory = join(here, "node_modules/@kubernetes-models", packages[group], "_schemas");
    const files = readdirSync(directory).filter((file) => file.endsWith(".js"));
    const text = files.map((file) => readFileSync(join(directory, file), "utf8")).join("\n");
    return new Set(Array.from(text.matchAll(/data\d*\.(\w+)/g), ([, name]) => name));
}

for (const object of JSON.parse(readFileSync(0, "utf8"))) {
    const name = `${object.kind} ${object.metadata.name}`;
    try {
        new groups[object.apiVersion][object.kind](object).validate();
        const unknown = unknownFields(object.spec, fieldsOf(object.apiVersion.split("/")[0]));
        if (unknown.length > 0) throw new Error(`unknown fields: ${unknown.join(", ")}`);
    } catch (error) {
        console.log(`${name}: ${error.message}`);
        process.exitCode = 1;
    }
}
