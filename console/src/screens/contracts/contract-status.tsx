import { useTranslation } from "react-i18next";
import type { components } from "@/generated/api";
import { Badge, type Tone } from "@/ui/badge";

type Status = components["schemas"]["ContractStatus"];

const TONES: Record<Status, Tone> = { draft: "neutral", active: "good", completed: "accent", terminated: "bad" };

export function ContractStatus({ status }: { status: Status }) {
  const { t } = useTranslation("contracts");
  return <Badge tone={TONES[status]}>{t(`statuses.${status}`)}</Badge>;
}
