import { useTranslation } from "react-i18next";
import type { components } from "@/generated/api";
import { Badge, type Tone } from "@/ui/badge";

export type Status = components["schemas"]["AgentRunStatus"];

const TONES: Record<Status, Tone> = {
  queued: "neutral",
  running: "accent",
  waiting: "warn",
  succeeded: "good",
  failed: "bad",
  cancelled: "neutral",
};

export const isEnded = (status: Status): boolean => ["succeeded", "failed", "cancelled"].includes(status);

export function RunStatus({ status }: { status: Status }) {
  const { t } = useTranslation("agents");
  return <Badge tone={TONES[status]}>{t(`statuses.${status}`)}</Badge>;
}
