import type { components } from "@/generated/api";
import { roleIn, valueOf } from "@/records/held-role";

type Connection = components["schemas"]["SsoConnection"];
type NewConnection = components["schemas"]["NewSsoConnection"];

export interface SsoValues {
  issuer: string;
  client_id: string;
  client_secret: string;
  /** The client is a public one: a stored secret is removed. */
  is_public: boolean;
  role: string;
  required: boolean;
  mapping: { claim: string; rules: { value: string; role: string }[] };
}

export const valuesOf = (connection: Connection | undefined): SsoValues => ({
  issuer: connection?.issuer ?? "",
  client_id: connection?.client_id ?? "",
  client_secret: "",
  is_public: connection?.client_secret === null,
  role: connection ? valueOf(connection) : "member",
  required: connection?.required ?? false,
  mapping: {
    claim: connection?.mapping?.claim ?? "",
    rules: connection?.mapping?.rules.map((rule) => ({ value: rule.value, role: valueOf(rule) })) ?? [],
  },
});

/** All values of the connection. A secret that is not given stays. */
export function connectionIn({ issuer, client_id, client_secret, is_public, role, required, mapping }: SsoValues): NewConnection {
  const secret = is_public ? { client_secret: null } : client_secret ? { client_secret } : {};
  const rules = mapping.rules.map((rule) => ({ value: rule.value, ...roleIn(rule.role) }));
  return {
    issuer,
    client_id,
    ...secret,
    ...roleIn(role),
    required,
    ...(mapping.claim || rules.length > 0 ? { mapping: { claim: mapping.claim, rules } } : {}),
  };
}
