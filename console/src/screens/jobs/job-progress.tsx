import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { read } from "@/api/read";
import type { components } from "@/generated/api";

type Job = components["schemas"]["Job"];

const REREAD_MS = 1500;

/** How far a running job is. No event tells of it, so the job is read again and again. */
export function JobProgress({ job }: { job: Job }) {
  const { t } = useTranslation("jobs");
  const { data } = useQuery({
    ...read("/api/v1/jobs/{id}", { path: { id: job.id } }),
    enabled: job.state === "running",
    refetchInterval: ({ state }) => (state.data?.state === "running" ? REREAD_MS : false),
  });
  if (job.state !== "running") return <span className="text-muted">–</span>;
  const { progress } = data ?? job;
  return (
    <span className="inline-flex items-center gap-2">
      <progress value={progress} max={100} aria-label={t("progress")} className="w-24 accent-accent" />
      <span className="tabular-nums">{progress} %</span>
    </span>
  );
}
