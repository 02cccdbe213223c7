import { useTranslation } from "react-i18next";
import type { components } from "@/generated/api";
import { Badge } from "@/ui/badge";

export function WebhookStatus({ paused }: Pick<components["schemas"]["Webhook"], "paused">) {
  const { t } = useTranslation("webhooks");
  if (paused === null) return <Badge tone="good">{t("sends")}</Badge>;
  return <Badge tone={paused === "disabled" ? "neutral" : "bad"}>{t(`paused.${paused}`)}</Badge>;
}
