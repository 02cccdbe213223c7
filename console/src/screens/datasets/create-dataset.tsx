import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { filled } from "@/forms/bodies";
import { Form } from "@/forms/form";
import type { components } from "@/generated/api";
import rules from "@/generated/rules/create_dataset";
import { Dialog } from "@/ui/dialog";
import { toast } from "@/ui/toast";
import { DatasetFields } from "./dataset-fields";

type NewDataset = components["schemas"]["NewDataset"];

export function CreateDataset({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("datasets");
  const navigate = useNavigate();
  async function create(values: NewDataset) {
    const { id, name } = await answer(api.POST("/api/v1/datasets", { body: filled(values) }));
    toast(t("created_toast", { name }));
    await navigate({ to: "/datasets/$id", params: { id } });
  }
  return (
    <Dialog title={t("create")} onClose={onClose}>
      <Form<NewDataset> rules={rules} values={{ name: "", description: "" }} submit={create} action={t("common:create")} onCancel={onClose}>
        <DatasetFields />
      </Form>
    </Dialog>
  );
}
