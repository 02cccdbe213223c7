import { useMutation, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { read } from "@/api/read";
import { useMay } from "@/api/session";
import type { components } from "@/generated/api";
import { Button } from "@/ui/button";
import { ProblemAlert } from "@/ui/problem-alert";
import { Progress } from "@/ui/progress";

const REREAD_MS = 1500;

/** How far the inspection of a version is, or why it has found nothing. */
export function Inspection({ version }: { version: components["schemas"]["DocumentVersion"] }) {
  const { t } = useTranslation("documents");
  const may = useMay();
  const { status, verdict, job_id: id } = version;
  const retry = useMutation({
    mutationFn: () => answer(api.POST("/api/v1/jobs/{id}/retry", { params: { path: { id } } })),
  });
  if (status === "ready") return null;
  if (status === "pending" || status === "processing") {
    return (
      <div role="status" className="space-y-1">
        <p className="text-muted">{t(`inspection.${status}`)}</p>
        {may("job:read") && <JobProgress id={id} />}
      </div>
    );
  }
  return (
    <div role="status" className="space-y-2 rounded-md border border-line bg-warn-tint p-3">
      <p className="font-medium">{t(`inspection.${status}`)}</p>
      {verdict && <p className="wrap-anywhere">{verdict.detail} <code className="text-sm">{verdict.code}</code></p>}
      {status === "failed" && may("job:retry") && (
        <Button size="small" busy={retry.isPending} onClick={() => retry.mutate()}>{t("inspection.retry")}</Button>
      )}
      <ProblemAlert error={retry.error} />
    </div>
  );
}

function JobProgress({ id }: { id: string }) {
  const { t } = useTranslation("documents");
  // No event tells of a job's progress.
  const { data } = useQuery({ ...read("/api/v1/jobs/{id}", { path: { id } }), refetchInterval: REREAD_MS });
  return <Progress label={t("inspection.progress")} value={data?.progress} max={100} />;
}
