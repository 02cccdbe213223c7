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
import { EditModel } from "./edit-model";

export function ModelActions({ model }: { model: components["schemas"]["Model"] }) {
  const { t } = useTranslation("models");
  const may = useMay();
  const navigate = useNavigate();
  const [open, setOpen] = useState<"edit" | "remove">();
  const close = () => setOpen(undefined);

  async function remove() {
    await answer(api.DELETE("/api/v1/models/{id}", { params: { path: { id: model.id }, header: ifMatch(model) } }));
    toast(t("removed_toast", { name: model.name }));
    await navigate({ to: "/models" });
  }

  return (
    <>
      {may("model:update") && (
        <Button onClick={() => setOpen("edit")}>
          <Pencil aria-hidden="true" />
          {t("common:edit")}
        </Button>
      )}
      {may("model:delete") && (
        <Button onClick={() => setOpen("remove")}>
          <Trash2 aria-hidden="true" />
          {t("common:delete")}
        </Button>
      )}
      {open === "edit" && <EditModel model={model} onClose={close} />}
      {open === "remove" && (
        <Confirm title={t("remove.title")} action={t("common:delete")} isDangerous run={remove} onClose={close}>
          <p>{t("remove.text", { name: model.name })}</p>
        </Confirm>
      )}
    </>
  );
}
