import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/session";
import { useLive } from "@/api/use-live";
import type { components } from "@/generated/api";
import { Detail } from "@/records/detail";
import { Loaded } from "@/records/loaded";
import { useRoleName } from "@/records/roles";
import { Avatar } from "@/ui/avatar";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { Properties } from "@/ui/properties";
import { Time } from "@/ui/values";
import { MemberActions } from "./member-actions";
import { MemberStatus } from "./member-status";

export function MemberDetail() {
  const { id } = useParams({ strict: false }) as { id: string };
  useLive(["members", "roles"]);
  return (
    <Loaded path="/api/v1/members/{id}" params={{ path: { id } }}>
      {(member) => <Shown member={member} />}
    </Loaded>
  );
}

function Shown({ member }: { member: components["schemas"]["Member"] }) {
  const { t } = useTranslation("members");
  const may = useMay();
  const navigate = useNavigate();
  const roleName = useRoleName();
  return (
    <Detail
      title={member.name}
      badges={<MemberStatus member={member} />}
      actions={<MemberActions member={member} onRemoved={() => void navigate({ to: "/members" as "/" })} />}
      back={{ to: "/members", label: t("title") }}
    >
      <Card>
        <div className="flex flex-wrap items-start gap-6">
          <Avatar userId={member.user_id} name={member.name} />
          <Properties
            items={[
              [t("email"), member.email ?? "–"],
              [t("role"), roleName(member)],
              [t("kind"), t(`kinds.${member.kind}`)],
              [t("since"), <Time key="since" value={member.created_at} />],
              [t("suspended_at"), <Time key="suspended" value={member.suspended_at} />],
            ]}
          />
        </div>
      </Card>
      <div className="flex flex-wrap gap-2">
        {may("audit_log:read") && (
          <Button asChild>
            <Link to={"/audit-log" as "/"} search={{ actor_id: member.user_id }}>{t("what_done")}</Link>
          </Button>
        )}
        {member.kind === "service" && may("api_key:create") && (
          <Button asChild>
            <Link to={"/api-keys" as "/"} search={{ dialog: "create", service_account_id: member.user_id }}>{t("create_key")}</Link>
          </Button>
        )}
      </div>
    </Detail>
  );
}
