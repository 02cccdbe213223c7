import { useTranslation } from "react-i18next";
import type { components } from "@/generated/api";
import { Badge, type Tone } from "@/ui/badge";

type Job = components["schemas"]["Job"];

const TONES: Record<Job["state"], Tone> = {
  queued: "neutral",
  running: "accent",
  succeeded: "good",
  failed: "bad",
  dead: "bad",
  cancelled: "warn",
};

export const isOpen = (job: Job): boolean => job.state === "queued" || job.state === "running";

export function JobState({ job }: { job: Job }) {
  const { t } = useTranslation("jobs");
  return (
    <span className="inline-flex flex-wrap gap-1">
      <Badge tone={TONES[job.state]}>{t(`states.${job.state}`)}</Badge>
      {job.cancel_requested && isOpen(job) && <Badge tone="warn">{t("cancel_requested")}</Badge>}
    </span>
  );
}
