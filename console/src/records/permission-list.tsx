import { useTranslation } from "react-i18next";
import type { Permission } from "@/api/session";
import { Properties } from "@/ui/properties";
import { byKind } from "./permissions";

/** Permissions, by kinds of record. */
export function PermissionList({ permissions }: { permissions: readonly Permission[] }) {
  const { t } = useTranslation("records");
  return (
    <Properties
      items={byKind(permissions).map(([kind, members]) => [
        t(`permission.kind.${kind}`),
        members.map((one) => t(`permission.verb.${one.split(":")[1]}`)).join(", "),
      ])}
    />
  );
}
