import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { read } from "@/api/read";
import { useMay } from "@/api/session";
import { SelectField } from "@/forms/fields";
import builtIn from "@/generated/values/Role";
import { type Held, valueOf } from "./held-role";

/** The built-in roles, and the custom ones that the user may read, with their names. */
export function useRoles(): { value: string; label: string }[] {
  const { t } = useTranslation("records");
  const isAllowed = useMay()("role:read");
  const { data } = useQuery({ ...read("/api/v1/roles"), enabled: isAllowed });
  return [
    ...builtIn.map((value) => ({ value: value as string, label: t(`role.${value}`) })),
    ...(data?.data ?? []).flatMap(({ id, name }) => (id === null ? [] : [{ value: id, label: name }])),
  ];
}

/** The name of a role; the end of the identity of a custom one that cannot be read. */
export function useRoleName(): (held: Held) => string {
  const roles = useRoles();
  return (held) => {
    const value = valueOf(held);
    return roles.find((role) => role.value === value)?.label ?? (value ? `…${value.slice(-8)}` : "–");
  };
}

interface Props {
  name: string;
  label: string;
  hint?: string;
  /** Only a member can be an owner. */
  withoutOwner?: boolean;
}

/** Chooses a role. Its rule is not that of `role`: the value may be the identity of a custom one. */
export function RoleField({ withoutOwner, ...rest }: Props) {
  const roles = useRoles().filter(({ value }) => !(withoutOwner && value === "owner"));
  return <SelectField {...rest} options={roles} />;
}
