import { useMutation } from "@tanstack/react-query";
import { CircleStop } from "lucide-react";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { queries } from "@/api/queries";
import { read } from "@/api/read";
import { useMay } from "@/api/session";
import type { components } from "@/generated/api";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { ProblemAlert } from "@/ui/problem-alert";
import { isEnded } from "./execution-status";

/** Ends an execution; what came until then is kept. */
export function CancelButton({ execution: { id, status } }: { execution: components["schemas"]["Execution"] }) {
  const { t } = useTranslation("executions");
  const may = useMay();
  const cancelling = useMutation({
    mutationFn: () => answer(api.POST("/api/v1/executions/{id}/cancel", { params: { path: { id } } })),
    onSuccess: () => queries.invalidateQueries(read("/api/v1/executions/{id}", { path: { id } })),
  });
  if (!may("execution:cancel") || isEnded(status)) return null;
  return (
    <>
      <Button busy={cancelling.isPending} onClick={() => cancelling.mutate()}>
        <CircleStop aria-hidden="true" />
        {t("cancel")}
      </Button>
      {cancelling.error && (
        <Dialog title={t("cancel")} onClose={cancelling.reset}>
          <ProblemAlert error={cancelling.error} />
        </Dialog>
      )}
    </>
  );
}
