import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { CircleStop, Play, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { queries } from "@/api/queries";
import { read } from "@/api/read";
import { useMay } from "@/api/session";
import type { components } from "@/generated/api";
import { Button } from "@/ui/button";
import { Confirm } from "@/ui/confirm";
import { Dialog } from "@/ui/dialog";
import { ProblemAlert } from "@/ui/problem-alert";
import { toast } from "@/ui/toast";
import { isEnded } from "./evaluation-status";

export function EvaluationActions({ evaluation }: { evaluation: components["schemas"]["Evaluation"] }) {
  const { t } = useTranslation("evaluations");
  const may = useMay();
  const navigate = useNavigate();
  const [isRemoving, setRemoving] = useState(false);
  const path = { id: evaluation.id };
  const { status } = evaluation;

  const stepping = useMutation({
    mutationFn: (step: "cancel" | "resume") => answer(api.POST(`/api/v1/evaluations/{id}/${step}`, { params: { path } })),
    onSuccess: () => queries.invalidateQueries(read("/api/v1/evaluations/{id}", { path })),
  });
  async function remove() {
    // The version changes with each item that is done.
    const current = await queries.fetchQuery({ ...read("/api/v1/evaluations/{id}", { path }), staleTime: 0 });
    await answer(api.DELETE("/api/v1/evaluations/{id}", { params: { path, header: ifMatch(current) } }));
    toast(t("removed_toast"));
    await navigate({ to: "/evaluations" });
  }

  return (
    <>
      {may("evaluation:update") && !isEnded(status) && (
        <Button busy={stepping.isPending} onClick={() => stepping.mutate("cancel")}>
          <CircleStop aria-hidden="true" />
          {t("cancel")}
        </Button>
      )}
      {may("evaluation:update") && (status === "failed" || status === "cancelled") && (
        <Button kind="primary" busy={stepping.isPending} onClick={() => stepping.mutate("resume")}>
          <Play aria-hidden="true" />
          {t("resume")}
        </Button>
      )}
      {may("evaluation:delete") && isEnded(status) && (
        <Button onClick={() => setRemoving(true)}>
          <Trash2 aria-hidden="true" />
          {t("common:delete")}
        </Button>
      )}
      {isRemoving && (
        <Confirm title={t("remove.title")} action={t("common:delete")} isDangerous run={remove} onClose={() => setRemoving(false)}>
          <p>{t("remove.text")}</p>
        </Confirm>
      )}
      {stepping.error && (
        <Dialog title={t(stepping.variables)} onClose={stepping.reset}>
          <ProblemAlert error={stepping.error} />
        </Dialog>
      )}
    </>
  );
}
