import { useNavigate } from "@tanstack/react-router";
import { useFormContext } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { filled } from "@/forms/bodies";
import { TextAreaField } from "@/forms/fields";
import { Form } from "@/forms/form";
import rules from "@/generated/rules/create_evaluation";
import { RecordField } from "@/records/record-field";
import { RecordsField } from "@/records/records-field";
import { useSearchState } from "@/records/search-state";
import { chosenVersion, VersionField } from "@/screens/prompts/version-field";
import { Dialog } from "@/ui/dialog";

interface Values {
  prompt_id: string;
  version: string;
  dataset_id: string;
  evaluator_ids: string[];
  model_id: string;
  note: string;
}

export function CreateEvaluation({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("evaluations");
  const navigate = useNavigate();
  const [search] = useSearchState();
  async function create({ version, ...values }: Values) {
    const { version: prompt_version, label: prompt_label } = chosenVersion(version);
    const body = filled({ ...values, prompt_version, prompt_label });
    const { id } = await answer(api.POST("/api/v1/evaluations", { body: body as never }));
    await navigate({ to: "/evaluations/$id", params: { id } });
  }
  return (
    <Dialog title={t("create")} onClose={onClose}>
      <Form<Values>
        rules={rules}
        values={{ prompt_id: search.prompt ?? "", version: search.version ?? "", dataset_id: search.dataset ?? "", evaluator_ids: [], model_id: "", note: "" }}
        submit={create}
        action={t("start")}
        onCancel={onClose}
      >
        <RecordField name="prompt_id" kind="prompt" label={t("prompt")} />
        <Version />
        <RecordField name="dataset_id" kind="dataset" label={t("dataset")} />
        <RecordsField name="evaluator_ids" kind="evaluator" label={t("evaluators")} />
        <RecordField name="model_id" kind="model" label={t("other_model")} hint={t("other_model_hint")} query={{ kind: ["chat"], status: ["active"] }} />
        <TextAreaField name="note" label={t("note")} hint={t("note_hint")} rows={2} />
      </Form>
    </Dialog>
  );
}

function Version() {
  const { t } = useTranslation("evaluations");
  const prompt = useFormContext<Values>().watch("prompt_id");
  return prompt ? <VersionField key={prompt} name="version" label={t("which_version")} promptId={prompt} /> : null;
}
