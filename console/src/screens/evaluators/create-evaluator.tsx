import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { Form } from "@/forms/form";
import rules from "@/generated/rules/create_evaluator";
import { Dialog } from "@/ui/dialog";
import { toast } from "@/ui/toast";
import { definitionOf, valuesOf } from "./definition";
import { EvaluatorFields, type Values } from "./evaluator-fields";

export function CreateEvaluator({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("evaluators");
  const navigate = useNavigate();
  async function create({ name, description, definition }: Values) {
    const body = { name, ...(description ? { description } : {}), definition: definitionOf(definition) };
    const made = await answer(api.POST("/api/v1/evaluators", { body }));
    toast(t("created_toast", { name: made.name }));
    await navigate({ to: "/evaluators/$id", params: { id: made.id } });
  }
  return (
    <Dialog title={t("create")} onClose={onClose}>
      <Form<Values>
        rules={rules}
        values={{ name: "", description: "", definition: valuesOf({ kind: "exact" } as Parameters<typeof valuesOf>[0]) }}
        submit={create}
        action={t("common:create")}
        onCancel={onClose}
      >
        <EvaluatorFields />
      </Form>
    </Dialog>
  );
}
