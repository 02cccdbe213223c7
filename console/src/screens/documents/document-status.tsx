import { useTranslation } from "react-i18next";
import type { components } from "@/generated/api";
import { Badge, type Tone } from "@/ui/badge";

type Status = components["schemas"]["DocumentStatus"];

const TONES: Record<Status, Tone> = {
  pending: "neutral",
  processing: "accent",
  ready: "good",
  unreadable: "warn",
  rejected: "bad",
  failed: "bad",
};

export function DocumentStatus({ status }: { status: Status }) {
  const { t } = useTranslation("documents");
  return <Badge tone={TONES[status]}>{t(`statuses.${status}`)}</Badge>;
}
