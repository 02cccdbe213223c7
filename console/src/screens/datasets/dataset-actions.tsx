import { useNavigate } from "@tanstack/react-router";
import { Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { queries } from "@/api/queries";
import { read } from "@/api/read";
import { useMay } from "@/api/session";
import type { components } from "@/generated/api";
import rules from "@/generated/rules/update_dataset";
import { ChangeDialog } from "@/records/change-dialog";
import { Button } from "@/ui/button";
import { Confirm } from "@/ui/confirm";
import { toast } from "@/ui/toast";
import { DatasetFields } from "./dataset-fields";

type Dataset = components["schemas"]["Dataset"];
type Patch = components["schemas"]["DatasetPatch"];

export function DatasetActions({ dataset }: { dataset: Dataset }) {
  const { t } = useTranslation("datasets");
  const may = useMay();
  const navigate = useNavigate();
  const [open, setOpen] = useState<"edit" | "remove">();
  const close = () => setOpen(undefined);
  const path = { id: dataset.id };

  async function send(body: Patch, version: number) {
    await answer(api.PATCH("/api/v1/datasets/{id}", { params: { path, header: ifMatch({ version }) }, body }));
    await queries.invalidateQueries(read("/api/v1/datasets/{id}", { path }));
  }
  async function remove() {
    await answer(api.DELETE("/api/v1/datasets/{id}", { params: { path, header: ifMatch(dataset) } }));
    toast(t("removed_toast", { name: dataset.name }));
    await navigate({ to: "/datasets" });
  }

  return (
    <>
      {may("dataset:update") && (
        <Button onClick={() => setOpen("edit")}>
          <Pencil aria-hidden="true" />
          {t("common:edit")}
        </Button>
      )}
      {may("dataset:delete") && (
        <Button onClick={() => setOpen("remove")}>
          <Trash2 aria-hidden="true" />
          {t("common:delete")}
        </Button>
      )}
      {open === "edit" && (
        <ChangeDialog<Dataset>
          title={t("edit")}
          record={dataset}
          labels={{ name: t("name"), description: t("description") }}
          rules={rules}
          current={() => queries.fetchQuery({ ...read("/api/v1/datasets/{id}", { path }), staleTime: 0 })}
          send={send}
          onClose={close}
        >
          <DatasetFields />
        </ChangeDialog>
      )}
      {open === "remove" && (
        <Confirm title={t("remove.title")} action={t("common:delete")} isDangerous run={remove} onClose={close}>
          <p>{t("remove.text", { name: dataset.name })}</p>
        </Confirm>
      )}
    </>
  );
}
