import type { components } from "@/generated/api";

type NewApiKey = components["schemas"]["NewApiKey"];

/** What the form holds: the choice between a role and permissions, and a budget that may be left out. */
export interface KeyValues {
  name: string;
  expires_on: string;
  service_account_id: string;
  allowed: "role" | "permissions";
  role: NonNullable<NewApiKey["role"]>;
  permissions: NonNullable<NewApiKey["permissions"]>;
  prompt_ids: string[];
  budget_usd?: number;
  budget_period: "day" | "month";
}

const NANO = 1e9;

/** The body of the creation. A key expires at the end of its last day, in the zone of the browser. */
export function bodyOf(values: KeyValues): NewApiKey {
  const { name, expires_on, service_account_id, allowed, role, permissions, prompt_ids, budget_usd, budget_period } = values;
  return {
    name,
    ...(allowed === "role" ? { role } : { permissions }),
    ...(expires_on ? { expires_at: new Date(`${expires_on}T23:59:59`).toISOString() } : {}),
    ...(service_account_id ? { service_account_id } : {}),
    ...(prompt_ids.length > 0 ? { prompt_ids } : {}),
    ...(budget_usd ? { budget: { hard_limit_nano_usd: Math.round(budget_usd * NANO), period: budget_period } } : {}),
  };
}
