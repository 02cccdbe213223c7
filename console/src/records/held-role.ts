import type { components } from "@/generated/api";
import builtIn from "@/generated/values/Role";

type Role = components["schemas"]["Role"];

/** The role that a member, an invitation or a rule has: one of both is set. */
export interface Held {
  role: Role | null;
  role_id: string | null;
}

const isBuiltIn = (value: string): value is Role => (builtIn as readonly string[]).includes(value);

/** A role as the value of a field: the name of a built-in one, or the identity of a custom one. */
export const valueOf = ({ role, role_id }: Held): string => role_id ?? role ?? "";

/** What a body says for such a value. */
export const roleIn = (value: string): { role: Role } | { role_id: string } =>
  isBuiltIn(value) ? { role: value } : { role_id: value };
