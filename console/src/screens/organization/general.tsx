import { useTranslation } from "react-i18next";
import { useMay } from "@/api/session";
import { NumberField, TextField } from "@/forms/fields";
import { TimeZoneField } from "@/forms/time-zone-field";
import kinds from "@/generated/values/DocumentKind";
import { RecordField } from "@/records/record-field";
import { ChecksField } from "./checks-field";
import type { Organization } from "./settings";
import { SettingsForm } from "./settings-form";

export function General({ organization }: { organization: Organization }) {
  const { t } = useTranslation("organization");
  const may = useMay();
  return (
    <SettingsForm
      organization={organization}
      values={({ name, settings: { locale, timezone, default_currency, document_kinds, max_upload_bytes, embedding_model_id } }) => ({
        name,
        settings: { locale, timezone, default_currency, document_kinds, max_upload_bytes, embedding_model_id: embedding_model_id ?? "" },
      })}
    >
      <TextField name="name" label={t("fields.name")} required />
      <p className="text-sm text-muted">{t("slug", { slug: organization.slug })}</p>
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField name="settings.locale" label={t("fields.locale")} hint={t("hints.locale")} required />
        <TimeZoneField name="settings.timezone" label={t("fields.timezone")} hint={t("hints.timezone")} />
        <TextField name="settings.default_currency" label={t("fields.default_currency")} hint={t("hints.default_currency")} required />
        <NumberField name="settings.max_upload_bytes" label={t("fields.max_upload_bytes")} hint={t("hints.max_upload_bytes")} />
      </div>
      <ChecksField
        name="settings.document_kinds"
        label={t("fields.document_kinds")}
        options={kinds.map((value) => ({ value, label: t(`document_kinds.${value}`) }))}
      />
      {may("model:read") && (
        <RecordField
          name="settings.embedding_model_id"
          kind="model"
          label={t("fields.embedding_model_id")}
          hint={t("hints.embedding_model_id")}
        />
      )}
    </SettingsForm>
  );
}
