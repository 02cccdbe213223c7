import { useTranslation } from "react-i18next";
import type { components } from "@/generated/api";
import { Badge, type Tone } from "@/ui/badge";

type Status = components["schemas"]["ProjectStatus"];

const TONES: Record<Status, Tone> = {
  planned: "accent",
  active: "good",
  on_hold: "warn",
  completed: "neutral",
  archived: "neutral",
};

export function ProjectStatus({ status }: { status: Status }) {
  const { t } = useTranslation("projects");
  return <Badge tone={TONES[status]}>{t(`statuses.${status}`)}</Badge>;
}
