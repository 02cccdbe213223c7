import { useTranslation } from "react-i18next";
import { useMay } from "@/api/session";
import { Page } from "@/app/page";
import { RecordTable } from "@/records/record-table";
import { Badge } from "@/ui/badge";
import { EmptyState } from "@/ui/empty-state";
import { Time } from "@/ui/values";
import { FlagChoice } from "./flag-choice";

export function FlagList() {
  const { t } = useTranslation("feature-flags");
  const mayChange = useMay()("feature_flag:update");
  return (
    <Page title={t("title")}>
      <p className="text-muted">{t("text")}</p>
      <RecordTable
        id="feature-flags"
        label={t("title")}
        path="/api/v1/feature-flags"
        topics={["feature_flags"]}
        rowName={({ key }) => key}
        columns={[
          { id: "key", header: t("key"), cell: ({ key }) => <code>{key}</code> },
          { id: "description", header: t("description"), cell: ({ description }) => description },
          { id: "enabled", header: t("state"), cell: ({ enabled }) => <Badge tone={enabled ? "good" : "neutral"}>{t(enabled ? "on" : "off")}</Badge> },
          { id: "rollout", header: t("rollout"), cell: ({ rollout_percent }) => `${rollout_percent} %`, isNumber: true },
          {
            id: "override",
            header: t("setting"),
            cell: (flag) => (mayChange ? <FlagChoice flag={flag} /> : t(flag.override ? (flag.override.enabled ? "on" : "off") : "default")),
          },
          { id: "updated_at", header: t("since"), cell: ({ override }) => <Time value={override?.updated_at} relative /> },
        ]}
        empty={<EmptyState title={t("empty")} example={{ method: "GET", path: "/api/v1/feature-flags" }} />}
      />
    </Page>
  );
}
