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
import { EditPrompt } from "./edit-prompt";

export function PromptActions({ prompt }: { prompt: components["schemas"]["Prompt"] }) {
  const { t } = useTranslation("prompts");
  const may = useMay();
  const navigate = useNavigate();
  const [open, setOpen] = useState<"edit" | "remove">();
  const close = () => setOpen(undefined);
  async function remove() {
    const params = { path: { id: prompt.id }, header: ifMatch({ version: prompt.revision }) };
    await answer(api.DELETE("/api/v1/prompts/{id}", { params }));
    toast(t("removed_toast", { name: prompt.name }));
    await navigate({ to: "/prompts" });
  }
  return (
    <>
      {may("prompt:update") && (
        <Button onClick={() => setOpen("edit")}>
          <Pencil aria-hidden="true" />
          {t("common:edit")}
        </Button>
      )}
      {may("prompt:delete") && (
        <Button onClick={() => setOpen("remove")}>
          <Trash2 aria-hidden="true" />
          {t("common:delete")}
        </Button>
      )}
      {open === "edit" && <EditPrompt prompt={prompt} onClose={close} />}
      {open === "remove" && (
        <Confirm title={t("remove.title")} action={t("common:delete")} isDangerous run={remove} onClose={close}>
          <p>{t("remove.text", { name: prompt.name })}</p>
        </Confirm>
      )}
    </>
  );
}
