import { useTranslation } from "react-i18next";
import type { components } from "@/generated/api";
import { Badge } from "@/ui/badge";

export function MemberStatus({ member }: { member: components["schemas"]["Member"] }) {
  const { t } = useTranslation("members");
  return (
    <span className="inline-flex flex-wrap gap-1">
      <Badge tone={member.status === "active" ? "good" : "warn"}>{t(`statuses.${member.status}`)}</Badge>
      {member.kind === "service" && <Badge tone="accent">{t("kinds.service")}</Badge>}
    </span>
  );
}
