import { useTranslation } from "react-i18next";
import type { components } from "@/generated/api";
import { Badge } from "@/ui/badge";

type Key = components["schemas"]["ApiKey"];

export const isExpired = ({ expires_at }: Key): boolean => expires_at !== null && Date.parse(expires_at) <= Date.now();
export const isActive = (key: Key): boolean => key.revoked_at === null && !isExpired(key);

export function KeyState({ apiKey }: { apiKey: Key }) {
  const { t } = useTranslation("api-keys");
  if (apiKey.revoked_at !== null) return <Badge>{t("states.revoked")}</Badge>;
  return isExpired(apiKey) ? <Badge tone="warn">{t("states.expired")}</Badge> : <Badge tone="good">{t("states.active")}</Badge>;
}
