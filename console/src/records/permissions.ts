import type { Permission } from "@/api/session";

/** Permissions by the kind of record that they are about, in their order. */
export function byKind(permissions: readonly Permission[]): [kind: string, permissions: Permission[]][] {
  const kinds = new Map<string, Permission[]>();
  for (const permission of permissions) {
    const [kind = ""] = permission.split(":");
    kinds.set(kind, [...(kinds.get(kind) ?? []), permission]);
  }
  return [...kinds];
}

/** With these permissions, or without them, in the order of `all`. */
export function toggled(
  all: readonly Permission[],
  chosen: readonly Permission[],
  changed: readonly Permission[],
  isOn: boolean,
): Permission[] {
  const next = new Set(chosen);
  for (const permission of changed) {
    if (isOn) next.add(permission);
    else next.delete(permission);
  }
  return all.filter((permission) => next.has(permission));
}
