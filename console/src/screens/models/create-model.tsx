import { useNavigate } from "@tanstack/react-router";
import { useFormContext } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { filled } from "@/forms/bodies";
import { SelectField } from "@/forms/fields";
import { Form } from "@/forms/form";
import { parseJson } from "@/forms/json";
import type { components } from "@/generated/api";
import rules from "@/generated/rules/create_model";
import kinds from "@/generated/values/ModelKind";
import providers from "@/generated/values/ModelProvider";
import { Dialog } from "@/ui/dialog";
import { toast } from "@/ui/toast";
import { ModelFields } from "./model-fields";

type NewModel = components["schemas"]["NewModel"];
type Values = Omit<NewModel, "config"> & { config: string };

export function CreateModel({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("models");
  const navigate = useNavigate();
  async function create(values: Values) {
    const body = { ...values, config: parseJson(values.config) } as NewModel;
    const { id, name } = await answer(api.POST("/api/v1/models", { body: filled(body) }));
    toast(t("created_toast", { name }));
    await navigate({ to: "/models/$id", params: { id } });
  }
  return (
    <Dialog title={t("create")} onClose={onClose} size="wide">
      <Form<Values>
        rules={rules}
        values={{ name: "", provider: "openai", kind: "chat", model_id: "", base_url: "", secret: "", config: "", fallbacks: [], capabilities: [], status: "active" }}
        submit={create}
        action={t("common:create")}
        onCancel={onClose}
      >
        <div className="grid gap-4 sm:grid-cols-2">
          <SelectField name="provider" label={t("provider")} options={providers.map((value) => ({ value, label: t(`providers.${value}`) }))} />
          <SelectField name="kind" label={t("kind")} options={kinds.map((value) => ({ value, label: t(`kinds.${value}`) }))} />
        </div>
        <NewModelFields />
      </Form>
    </Dialog>
  );
}

function NewModelFields() {
  const { t } = useTranslation("models");
  const kind = useFormContext<Values>().watch("kind");
  return <ModelFields kind={kind ?? undefined} secretHint={t("secret_hint")} />;
}
