import { useTranslation } from "react-i18next";
import { ChecksField, NumberField, SelectField, TextField } from "@/forms/fields";
import { JsonField } from "@/forms/json-field";
import capabilities from "@/generated/values/ModelCapability";
import statuses from "@/generated/values/ModelStatus";
import { RecordsField } from "@/records/records-field";

export const TIMEOUTS = ["connect_timeout_ms", "first_token_timeout_ms", "idle_timeout_ms", "total_timeout_ms"] as const;

/** The fields that a new model and a change have in common. */
export function ModelFields({ kind, secretHint }: { kind?: string | undefined; secretHint: string }) {
  const { t } = useTranslation("models");
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField name="name" label={t("name")} hint={t("name_hint")} />
        <TextField name="model_id" label={t("model_id")} hint={t("model_id_hint")} />
      </div>
      <TextField name="base_url" type="url" label={t("base_url")} hint={t("base_url_hint")} />
      <TextField name="secret" type="password" autoComplete="off" label={t("secret")} hint={secretHint} />
      <JsonField name="config" label={t("config")} hint={t("config_hint")} rows={4} />
      <RecordsField name="fallbacks" kind="model" label={t("fallbacks")} hint={t("fallbacks_hint")} isOrdered query={kind ? { kind: [kind] } : {}} />
      <ChecksField
        name="capabilities"
        label={t("capabilities.label")}
        options={capabilities.map((value) => ({ value, label: t(`capabilities.${value}`) }))}
      />
      <SelectField name="status" label={t("status")} options={statuses.map((value) => ({ value, label: t(`statuses.${value}`) }))} />
      <details>
        <summary className="font-medium">{t("timeouts")}</summary>
        <div className="mt-3 grid gap-4 sm:grid-cols-2">
          {TIMEOUTS.map((name) => (
            <NumberField key={name} name={name} label={t(name)} hint={t(`hints.${name}`)} />
          ))}
        </div>
      </details>
    </>
  );
}
