// Checks objects of other operators, given as a JSON array on standard input, by their schemas.
// Prints a line for each fault, and fails if there is one.
import { readFileSync } from "node:fs";
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

for (const object of JSON.parse(readFileSync(0, "utf8"))) {
    const name = `${object.kind} ${object.metadata.name}`;
    try {
        new groups[object.apiVersion][object.kind](object).validate();
    } catch (error) {
        console.log(`${name}: ${error.message}`);
        process.exitCode = 1;
    }
}
