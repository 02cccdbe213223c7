import { useNavigate } from "@tanstack/react-router";
import { Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { useMay } from "@/api/session";
import type { components } from "@/generated/api";
import { Button } from "@/ui/button";
import { Confirm } from "@/ui/confirm";
import { toast } from "@/ui/toast";
import { EditEvaluator } from "./edit-evaluator";

type Evaluator = components["schemas"]["Evaluator"];

export function EvaluatorActions({ evaluator }: { evaluator: Evaluator }) {
  const { t } = useTranslation("evaluators");
  const may = useMay();
  const navigate = useNavigate();
  const [open, setOpen] = useState<"edit" | "remove">();
  const close = () => setOpen(undefined);
  const path = { id: evaluator.id };

  async function remove() {
    await answer(api.DELETE("/api/v1/evaluators/{id}", { params: { path, header: ifMatch(evaluator) } }));
    toast(t("removed_toast", { name: evaluator.name }));
    await navigate({ to: "/evaluators" });
  }

  return (
    <>
      {may("evaluator:update") && (
        <Button onClick={() => setOpen("edit")}>
          <Pencil aria-hidden="true" />
          {t("common:edit")}
        </Button>
      )}
      {may("evaluator:delete") && (
        <Button onClick={() => setOpen("remove")}>
          <Trash2 aria-hidden="true" />
          {t("common:delete")}
        </Button>
      )}
      {open === "edit" && <EditEvaluator evaluator={evaluator} onClose={close} />}
      {open === "remove" && (
        <Confirm title={t("remove.title")} action={t("common:delete")} isDangerous run={remove} onClose={close}>
          <p>{t("remove.text", { name: evaluator.name })}</p>
        </Confirm>
      )}
    </>
  );
}
