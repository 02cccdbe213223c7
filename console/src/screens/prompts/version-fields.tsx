import { useTranslation } from "react-i18next";
import { TextField } from "@/forms/fields";
import { JsonField } from "@/forms/json-field";
import { RecordField } from "@/records/record-field";
import { RecordsField } from "@/records/records-field";
import { MessagesField } from "@/screens/executions/messages-field";

const MODELS = { kind: ["chat"] };

/** What a version says: messages, model, parameters and schemas. */
export function VersionFields() {
  const { t } = useTranslation("prompts");
  return (
    <>
      <MessagesField label={t("messages")} rows={7} />
      <p className="text-sm text-muted">{t("template_hint", { example: "{{ question }}" })}</p>
      <RecordField name="model_id" kind="model" label={t("model")} query={MODELS} />
      <details>
        <summary className="font-medium">{t("more")}</summary>
        <div className="mt-3 space-y-4">
          <RecordsField name="fallbacks" kind="model" label={t("fallbacks")} hint={t("fallbacks_hint")} query={MODELS} isOrdered />
          <JsonField name="parameters" label={t("parameters")} hint={t("parameters_hint")} rows={3} />
          <JsonField name="input_schema" label={t("input_schema")} hint={t("input_schema_hint")} rows={6} />
          <JsonField name="output_schema" label={t("output_schema")} hint={t("output_schema_hint")} rows={6} />
        </div>
      </details>
      <TextField name="message" label={t("message")} hint={t("message_hint")} />
    </>
  );
}
