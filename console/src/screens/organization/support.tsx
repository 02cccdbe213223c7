import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { ApiError } from "@/api/problem";
import { queries } from "@/api/queries";
import { read } from "@/api/read";
import { useMay } from "@/api/session";
import { useLive } from "@/api/use-live";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { Confirm } from "@/ui/confirm";
import { ProblemAlert } from "@/ui/problem-alert";
import { Properties } from "@/ui/properties";
import { SkeletonBlock } from "@/ui/skeleton";
import { Time } from "@/ui/values";
import { GrantSupport } from "./grant-support";
import { SupportSessions } from "./support-sessions";

const PATH = "/api/v1/organization/support-access";

/** The consent that operators work in the organization, and the sessions in which they have. */
export function Support() {
  const { t } = useTranslation("organization");
  useLive(["support_access", "support_sessions"]);
  return (
    <div className="space-y-6">
      <Card title={t("support.title")}>
        <p className="mb-3 text-muted">{t("support.text")}</p>
        <Consent />
      </Card>
      <h2 className="text-lg font-semibold">{t("support.sessions")}</h2>
      <SupportSessions />
    </div>
  );
}

function Consent() {
  const { t } = useTranslation("organization");
  const mayChange = useMay()("support_access:update");
  const [open, setOpen] = useState<"grant" | "revoke">();
  const close = () => setOpen(undefined);
  const { data, error, isPending, refetch } = useQuery(read(PATH));
  const isMissing = error instanceof ApiError && error.status === 404;
  async function revoke() {
    await answer(api.DELETE(PATH));
    await queries.invalidateQueries({ queryKey: [PATH] });
  }
  if (isPending) return <SkeletonBlock lines={3} />;
  if (error && !isMissing) return <ProblemAlert error={error} onRetry={() => void refetch()} />;
  const access = isMissing ? undefined : data;
  return (
    <div className="space-y-3">
      {access ? (
        <Properties
          items={[
            [t("support.reason"), access.reason],
            [t("support.allowed"), t(access.read_only ? "support.read_only" : "support.read_write")],
            [t("support.expires"), <Time key="expires" value={access.expires_at} />],
            [t("support.given"), <Time key="given" value={access.updated_at} />],
          ]}
        />
      ) : (
        <p>{t("support.none")}</p>
      )}
      {mayChange && (
        <div className="flex flex-wrap gap-2">
          <Button onClick={() => setOpen("grant")}>{t(access ? "support.replace" : "support.grant")}</Button>
          {access && <Button onClick={() => setOpen("revoke")}>{t("support.revoke")}</Button>}
        </div>
      )}
      {open === "grant" && <GrantSupport onClose={close} />}
      {open === "revoke" && (
        <Confirm title={t("support.revoke")} action={t("support.revoke")} isDangerous run={revoke} onClose={close}>
          <p>{t("support.revoke_text")}</p>
        </Confirm>
      )}
    </div>
  );
}
