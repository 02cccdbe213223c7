import { Ban, RotateCcw } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { queries } from "@/api/queries";
import { read } from "@/api/read";
import { useMay } from "@/api/session";
import type { components } from "@/generated/api";
import { Button } from "@/ui/button";
import { Confirm } from "@/ui/confirm";
import { isOpen } from "./job-state";

type Job = components["schemas"]["Job"];

export const canRetry = ({ state }: Job): boolean => ["failed", "dead", "cancelled"].includes(state);
export const canCancel = (job: Job): boolean => isOpen(job) && !job.cancel_requested;

const parameters = (job: Job) => ({ params: { path: { id: job.id }, header: ifMatch(job) } });
export const retry = (job: Job) => answer(api.POST("/api/v1/jobs/{id}/retry", parameters(job)));
export const cancel = (job: Job) => answer(api.POST("/api/v1/jobs/{id}/cancel", parameters(job)));

export function JobActions({ job }: { job: Job }) {
  const { t } = useTranslation("jobs");
  const may = useMay();
  const [open, setOpen] = useState<"retry" | "cancel">();
  async function run(action: (job: Job) => Promise<unknown>) {
    await action(job);
    await queries.invalidateQueries(read("/api/v1/jobs/{id}", { path: { id: job.id } }));
  }
  return (
    <>
      {may("job:retry") && canRetry(job) && (
        <Button onClick={() => setOpen("retry")}>
          <RotateCcw aria-hidden="true" />
          {t("retry.action")}
        </Button>
      )}
      {may("job:cancel") && canCancel(job) && (
        <Button onClick={() => setOpen("cancel")}>
          <Ban aria-hidden="true" />
          {t("cancel.action")}
        </Button>
      )}
      {open === "retry" && (
        <Confirm title={t("retry.title")} action={t("retry.action")} run={() => run(retry)} onClose={() => setOpen(undefined)}>
          <p>{t("retry.text")}</p>
        </Confirm>
      )}
      {open === "cancel" && (
        <Confirm title={t("cancel.title")} action={t("cancel.action")} isDangerous run={() => run(cancel)} onClose={() => setOpen(undefined)}>
          <p>{t("cancel.text")}</p>
        </Confirm>
      )}
    </>
  );
}
