import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { ApiError } from "@/api/problem";
import { queries } from "@/api/queries";
import { read } from "@/api/read";
import { useMay } from "@/api/session";
import type { components } from "@/generated/api";
import { useRoleName } from "@/records/roles";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { CodeBlock } from "@/ui/code-block";
import { Confirm } from "@/ui/confirm";
import { ProblemAlert } from "@/ui/problem-alert";
import { Properties } from "@/ui/properties";
import { SkeletonBlock } from "@/ui/skeleton";
import { Time } from "@/ui/values";
import { EditConnection } from "./edit-connection";

const PATH = "/api/v1/organization/sso";

export function Connection() {
  const { t } = useTranslation("organization");
  const mayChange = useMay()("sso:update");
  const [isEditing, setEditing] = useState(false);
  const { data, error, isPending, refetch } = useQuery(read(PATH));
  const isMissing = error instanceof ApiError && error.status === 404;
  if (isPending) return <SkeletonBlock lines={4} />;
  if (error && !isMissing) return <ProblemAlert error={error} onRetry={() => void refetch()} />;
  const connection = isMissing ? undefined : data;
  return (
    <div className="space-y-3">
      {connection ? <Shown connection={connection} /> : <p className="text-muted">{t("sso.none")}</p>}
      {mayChange && (
        <div className="flex flex-wrap gap-2">
          <Button onClick={() => setEditing(true)}>{t(connection ? "common:edit" : "sso.connect")}</Button>
          {connection && <RemoveConnection connection={connection} />}
        </div>
      )}
      {isEditing && <EditConnection connection={connection} onClose={() => setEditing(false)} />}
    </div>
  );
}

function Shown({ connection }: { connection: components["schemas"]["SsoConnection"] }) {
  const { t } = useTranslation("organization");
  const roleName = useRoleName();
  return (
    <>
      <Properties
        items={[
          [t("sso.issuer"), connection.issuer],
          [t("sso.client_id"), connection.client_id],
          [t("sso.client_secret"), connection.client_secret ?? t("sso.public")],
          [t("sso.role"), roleName(connection)],
          [t("sso.required"), <Badge key="required" tone={connection.required ? "accent" : "neutral"}>{t(connection.required ? "common:yes" : "common:no")}</Badge>],
          [t("sso.proven_at"), <Time key="proven" value={connection.proven_at} />],
          ...(connection.mapping
            ? [[
                t("sso.mapping", { claim: connection.mapping.claim }),
                <ul key="mapping">{connection.mapping.rules.map((rule) => <li key={rule.value}><code>{rule.value}</code> → {roleName(rule)}</li>)}</ul>,
              ] as const]
            : []),
        ]}
      />
      <CodeBlock label={t("sso.redirect_uri")} code={`${location.origin}/account/oidc/sso-${connection.id}`} />
    </>
  );
}

function RemoveConnection({ connection }: { connection: { version: number } }) {
  const { t } = useTranslation("organization");
  const [isOpen, setOpen] = useState(false);
  async function remove() {
    await answer(api.DELETE(PATH, { params: { header: ifMatch(connection) } }));
    await queries.invalidateQueries({ queryKey: [PATH] });
  }
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t("common:remove")}</Button>
      {isOpen && (
        <Confirm title={t("sso.remove_title")} action={t("common:remove")} isDangerous run={remove} onClose={() => setOpen(false)}>
          <p>{t("sso.remove_text")}</p>
        </Confirm>
      )}
    </>
  );
}
