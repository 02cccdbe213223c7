import { useTranslation } from "react-i18next";
import { Badge } from "@/ui/badge";

/** Whether a prompt may be executed. */
export function PromptBadge({ isActive }: { isActive: boolean }) {
  const { t } = useTranslation("prompts");
  return <Badge tone={isActive ? "good" : "neutral"}>{t(`active.${isActive}`)}</Badge>;
}

export const Tags = ({ tags }: { tags: readonly string[] }) => (
  <span className="inline-flex flex-wrap gap-1">
    {tags.map((tag) => (
      <Badge key={tag}>{tag}</Badge>
    ))}
  </span>
);
