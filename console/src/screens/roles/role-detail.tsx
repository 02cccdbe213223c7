import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/session";
import { useLive } from "@/api/use-live";
import type { components } from "@/generated/api";
import builtIn from "@/generated/values/Role";
import { Detail } from "@/records/detail";
import { Loaded } from "@/records/loaded";
import { PermissionList } from "@/records/permission-list";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { RoleActions } from "./role-actions";

type Role = components["schemas"]["RoleDefinition"];

/** A custom role by its identity, or a built-in one by its name. */
export function RoleDetail() {
  const { id } = useParams({ strict: false }) as { id: string };
  useLive(["roles"]);
  if ((builtIn as readonly string[]).includes(id)) {
    return (
      <Loaded path="/api/v1/roles">
        {({ data }) => data.filter(({ name, built_in }) => built_in && name === id).map((role) => <Shown key={id} role={role} />)}
      </Loaded>
    );
  }
  return (
    <Loaded path="/api/v1/roles/{id}" params={{ path: { id } }}>
      {(role) => <Shown role={role} />}
    </Loaded>
  );
}

function Shown({ role }: { role: Role }) {
  const { t } = useTranslation("roles");
  const may = useMay();
  const { id, version } = role;
  const search = id === null ? { role: role.name } : { role_id: id };
  return (
    <Detail
      title={role.built_in ? t(`records:role.${role.name}`) : role.name}
      badges={<Badge tone={role.built_in ? "neutral" : "accent"}>{t(role.built_in ? "built_in" : "custom")}</Badge>}
      actions={
        <>
          {may("member:read") && (
            <Button asChild>
              <Link to={"/members" as "/"} search={search}>{t("members")}</Link>
            </Button>
          )}
          {id !== null && version !== null && <RoleActions role={{ ...role, id, version }} />}
        </>
      }
      back={{ to: "/roles", label: t("title") }}
    >
      {role.description && <p className="whitespace-pre-wrap wrap-anywhere">{role.description}</p>}
      <Card title={t("permissions")}>
        <PermissionList permissions={role.permissions} />
      </Card>
    </Detail>
  );
}
