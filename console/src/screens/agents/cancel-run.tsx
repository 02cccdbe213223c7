import { CircleStop } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { queries } from "@/api/queries";
import { read } from "@/api/read";
import { useMay } from "@/api/session";
import type { components } from "@/generated/api";
import { Button } from "@/ui/button";
import { Confirm } from "@/ui/confirm";
import { isEnded } from "./run-status";

export function CancelRun({ run: { id, status } }: { run: components["schemas"]["AgentRun"] }) {
  const { t } = useTranslation("agents");
  const may = useMay();
  const [isAsked, setAsked] = useState(false);
  async function cancel() {
    await answer(api.POST("/api/v1/agents/runs/{id}/cancel", { params: { path: { id } } }));
    await queries.invalidateQueries(read("/api/v1/agents/runs/{id}", { path: { id } }));
  }
  if (!may("agent_run:cancel") || (isEnded(status) && !isAsked)) return null;
  return (
    <>
      <Button onClick={() => setAsked(true)}>
        <CircleStop aria-hidden="true" />
        {t("cancel")}
      </Button>
      {isAsked && (
        <Confirm title={t("cancel")} action={t("cancel")} isDangerous run={cancel} onClose={() => setAsked(false)}>
          <p>{t("cancel_text")}</p>
        </Confirm>
      )}
    </>
  );
}
