import { useTranslation } from "react-i18next";
import type { components } from "@/generated/api";
import { Badge, type Tone } from "@/ui/badge";

type Status = components["schemas"]["WebhookDeliveryStatus"];

const TONES: Record<Status, Tone> = { pending: "accent", delivered: "good", failed: "bad" };

export function DeliveryStatus({ status }: { status: Status }) {
  const { t } = useTranslation("webhooks");
  return <Badge tone={TONES[status]}>{t(`deliveries.statuses.${status}`)}</Badge>;
}
