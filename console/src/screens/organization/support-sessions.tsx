import { useTranslation } from "react-i18next";
import { RecordTable } from "@/records/record-table";
import { EmptyState } from "@/ui/empty-state";
import { Time } from "@/ui/values";

export function SupportSessions() {
  const { t } = useTranslation("organization");
  return (
    <RecordTable
      id="support-sessions"
      prefix="sessions."
      label={t("support.sessions")}
      path="/api/v1/organization/support-access/sessions"
      topics={["support_sessions"]}
      rowName={({ operator, reason }) => `${operator}: ${reason}`}
      columns={[
        { id: "operator", header: t("support.operator"), cell: ({ operator }) => operator },
        { id: "reason", header: t("support.reason"), cell: ({ reason }) => <span className="wrap-anywhere">{reason}</span> },
        { id: "read_only", header: t("support.allowed"), cell: ({ read_only }) => t(read_only ? "support.read_only" : "support.read_write") },
        { id: "created_at", header: t("support.began"), cell: ({ created_at }) => <Time value={created_at} />, sort: "created_at" },
        { id: "ended_at", header: t("support.ended"), cell: ({ ended_at, expires_at }) => <Time value={ended_at ?? expires_at} /> },
      ]}
      filters={[
        { kind: "choice", name: "live", label: t("support.live"), values: ["true", "false"], text: (value) => t(`support.live_${value}`), none: t("support.live_any") },
        { kind: "days", from: "created_after", until: "created_before", label: t("support.began") },
      ]}
      empty={<EmptyState title={t("support.no_sessions")}>{t("support.no_sessions_text")}</EmptyState>}
    />
  );
}
