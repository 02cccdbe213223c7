import { useTranslation } from "react-i18next";
import { CheckField, NumberField, SelectField } from "@/forms/fields";
import approvals from "@/generated/values/PayableApproval";
import type { Organization } from "./settings";
import { SettingsForm } from "./settings-form";

export function Policies({ organization }: { organization: Organization }) {
  const { t } = useTranslation("organization");
  return (
    <SettingsForm
      organization={organization}
      values={({ settings: { require_second_factor, payable_approval, retention_days, execution_days, execution_content_days } }) => ({
        settings: { require_second_factor, payable_approval, retention_days, execution_days, execution_content_days },
      })}
    >
      <CheckField name="settings.require_second_factor" label={t("fields.require_second_factor")} hint={t("hints.require_second_factor")} />
      <SelectField
        name="settings.payable_approval"
        label={t("fields.payable_approval")}
        options={approvals.map((value) => ({ value, label: t(`payable_approval.${value}`) }))}
      />
      <NumberField name="settings.retention_days" label={t("fields.retention_days")} hint={t("hints.retention_days")} />
      <div className="grid gap-4 sm:grid-cols-2">
        <NumberField name="settings.execution_days" label={t("fields.execution_days")} hint={t("hints.execution_days")} />
        <NumberField name="settings.execution_content_days" label={t("fields.execution_content_days")} hint={t("hints.execution_content_days")} />
      </div>
    </SettingsForm>
  );
}
