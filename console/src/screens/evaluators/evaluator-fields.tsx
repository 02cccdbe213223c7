import { useFormContext } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { CheckField, NumberField, SelectField, TextAreaField, TextField } from "@/forms/fields";
import { JsonField } from "@/forms/json-field";
import kinds from "@/generated/values/EvaluatorKind";
import { RecordField } from "@/records/record-field";
import { type DefinitionValues, FIELDS } from "./definition";

export interface Values {
  name: string;
  description: string;
  definition: DefinitionValues;
}

export function EvaluatorFields() {
  const { t } = useTranslation("evaluators");
  const kind = useFormContext<Values>().watch("definition.kind");
  const shown = FIELDS[kind];
  return (
    <>
      <TextField name="name" label={t("name")} />
      <TextAreaField name="description" label={t("description")} rows={2} />
      <SelectField
        name="definition.kind"
        label={t("kind")}
        hint={t(`explained.${kind}`)}
        options={kinds.map((value) => ({ value, label: t(`kinds.${value}`) }))}
      />
      {shown.includes("ignore_case") && <CheckField name="definition.ignore_case" label={t("ignore_case")} />}
      {shown.includes("pattern") && <TextField name="definition.pattern" label={t("pattern")} hint={t("pattern_hint")} required />}
      {shown.includes("schema") && <JsonField name="definition.schema" label={t("schema")} rows={8} required />}
      {shown.includes("tolerance") && <NumberField name="definition.tolerance" label={t("tolerance")} hint={t("tolerance_hint")} step="any" />}
      {shown.includes("model_id") && <RecordField name="definition.model_id" kind="model" label={t("model_id")} query={{ kind: ["embedding"] }} />}
      {shown.includes("prompt_id") && (
        <div className="grid gap-4 sm:grid-cols-[2fr_1fr]">
          <RecordField name="definition.prompt_id" kind="prompt" label={t("prompt_id")} hint={t("prompt_hint")} />
          <NumberField name="definition.prompt_version" label={t("prompt_version")} />
        </div>
      )}
      {shown.includes("threshold") && <NumberField name="definition.threshold" label={t("threshold")} hint={t("threshold_hint")} step="any" />}
    </>
  );
}
