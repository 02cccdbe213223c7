import { useTranslation } from "react-i18next";
import type { components } from "@/generated/api";
import { Badge, type Tone } from "@/ui/badge";

export type Status = components["schemas"]["EvaluationStatus"];

const TONES: Record<Status, Tone> = {
  queued: "neutral",
  running: "accent",
  succeeded: "good",
  failed: "bad",
  cancelled: "warn",
};

export const isEnded = (status: Status): boolean => status !== "queued" && status !== "running";

export function EvaluationStatus({ status }: { status: Status }) {
  const { t } = useTranslation("evaluations");
  return <Badge tone={TONES[status]}>{t(`statuses.${status}`)}</Badge>;
}
