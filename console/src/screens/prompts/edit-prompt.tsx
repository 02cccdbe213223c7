import { type FieldValues, useFormContext } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { queries } from "@/api/queries";
import { read } from "@/api/read";
import { useMay } from "@/api/session";
import { CheckField, NumberField, TextAreaField, TextField } from "@/forms/fields";
import type { components } from "@/generated/api";
import rules from "@/generated/rules/update_prompt";
import { ChangeDialog } from "@/records/change-dialog";
import { RecordField } from "@/records/record-field";
import { invalidatePrompts } from "./labels";
import { listOf } from "./lists";

type Prompt = components["schemas"]["Prompt"];
type Patch = components["schemas"]["PromptPatch"];

/** The `ETag` of a prompt is its revision: `version` is that of the version that is shown. */
const revised = (prompt: Prompt) => ({ ...prompt, version: prompt.revision });

/** Changes what is not part of a version. */
export function EditPrompt({ prompt, onClose }: { prompt: Prompt; onClose: () => void }) {
  const { t } = useTranslation("prompts");
  const may = useMay();
  const path = { id: prompt.id };
  async function send(body: Patch, version: number) {
    await answer(api.PATCH("/api/v1/prompts/{id}", { params: { path, header: ifMatch({ version }) }, body }));
    await invalidatePrompts();
  }
  function fieldsOf({ tags, protected_labels, has_gate, release_gate, ...fields }: FieldValues) {
    const released = { protected_labels: listOf(String(protected_labels)), release_gate: has_gate ? release_gate : null };
    return { ...fields, tags: listOf(String(tags)), ...(may("prompt:release") ? released : {}) };
  }
  return (
    <ChangeDialog<Prompt>
      title={t("edit")}
      record={revised(prompt)}
      labels={{
        name: t("name"),
        description: t("description"),
        tags: t("tags"),
        is_active: t("is_active"),
        protected_labels: t("protected_labels"),
        release_gate: t("gate.title"),
      }}
      rules={rules}
      current={async () => revised(await queries.fetchQuery({ ...read("/api/v1/prompts/{id}", { path }), staleTime: 0 }))}
      send={send}
      values={(shown) => ({
        name: shown.name,
        description: shown.description ?? "",
        tags: shown.tags.join(", "),
        is_active: shown.is_active,
        protected_labels: shown.protected_labels.join(", "),
        has_gate: shown.release_gate !== null,
        release_gate: shown.release_gate ?? { dataset_id: "", evaluator_id: "", threshold: 0.8 },
      })}
      fields={fieldsOf}
      onClose={onClose}
    >
      <TextField name="name" label={t("name")} hint={t("name_hint")} />
      <TextAreaField name="description" label={t("description")} rows={3} />
      <TextField name="tags" label={t("tags")} hint={t("list_hint")} />
      <CheckField name="is_active" label={t("is_active")} />
      {may("prompt:release") && <ReleaseFields />}
    </ChangeDialog>
  );
}

function ReleaseFields() {
  const { t } = useTranslation("prompts");
  const hasGate = useFormContext<{ has_gate: boolean }>().watch("has_gate");
  return (
    <>
      <TextField name="protected_labels" label={t("protected_labels")} hint={t("protected_hint")} />
      <CheckField name="has_gate" label={t("gate.title")} hint={t("gate.hint")} />
      {hasGate && (
        <div className="space-y-4 border-l-2 border-line pl-4">
          <RecordField name="release_gate.dataset_id" kind="dataset" label={t("gate.dataset")} />
          <RecordField name="release_gate.evaluator_id" kind="evaluator" label={t("gate.evaluator")} />
          <NumberField name="release_gate.threshold" label={t("gate.threshold")} step="any" />
        </div>
      )}
    </>
  );
}
