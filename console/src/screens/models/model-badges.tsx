import { useTranslation } from "react-i18next";
import type { components } from "@/generated/api";
import { Badge } from "@/ui/badge";

/** Whether a model may be called, and whether its provider has refused the secret. */
export function ModelBadges({ model }: { model: components["schemas"]["Model"] }) {
  const { t } = useTranslation("models");
  return (
    <span className="inline-flex flex-wrap gap-1">
      <Badge tone={model.status === "active" ? "good" : "neutral"}>{t(`statuses.${model.status}`)}</Badge>
      {model.flagged_at && <Badge tone="bad">{t("flagged.badge")}</Badge>}
    </span>
  );
}
