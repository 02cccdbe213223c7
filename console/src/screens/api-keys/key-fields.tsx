import { useQuery } from "@tanstack/react-query";
import { useFormContext } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { read } from "@/api/read";
import { useMay } from "@/api/session";
import { DateField, NumberField, SelectField, TextField } from "@/forms/fields";
import roles from "@/generated/values/Role";
import { PermissionsField } from "@/records/permissions-field";
import type { KeyValues } from "./new-key";
import { PromptsField } from "./prompts-field";

export function KeyFields() {
  const { t } = useTranslation("api-keys");
  const may = useMay();
  const allowed = useFormContext<KeyValues>().watch("allowed");
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField name="name" label={t("name")} />
        <DateField name="expires_on" label={t("last_day")} hint={t("last_day_hint")} />
      </div>
      {may("member:read") && <ServiceAccountField />}
      <SelectField
        name="allowed"
        label={t("allowed")}
        options={(["role", "permissions"] as const).map((value) => ({ value, label: t(`allowed_by.${value}`) }))}
      />
      {allowed === "role" ? (
        <SelectField name="role" label={t("role")} options={roles.map((value) => ({ value, label: t(`records:role.${value}`) }))} />
      ) : (
        <PermissionsField name="permissions" label={t("permissions")} />
      )}
      <details>
        <summary className="font-medium">{t("more")}</summary>
        <div className="mt-3 space-y-4">
          {may("prompt:read") && <PromptsField name="prompt_ids" label={t("prompts")} hint={t("prompts_hint")} />}
          <div className="grid gap-4 sm:grid-cols-2">
            <NumberField name="budget_usd" label={t("budget")} hint={t("budget_hint")} step="any" />
            <SelectField
              name="budget_period"
              label={t("budget_period")}
              options={(["day", "month"] as const).map((value) => ({ value, label: t(`periods.${value}`) }))}
            />
          </div>
        </div>
      </details>
    </>
  );
}

const ALL = 200;

/** The key acts as the user, or as a service account. */
function ServiceAccountField() {
  const { t } = useTranslation("api-keys");
  const { data } = useQuery(read("/api/v1/members", { query: { limit: ALL } }));
  const accounts = (data?.data ?? []).filter(({ kind }) => kind === "service");
  return (
    <SelectField
      name="service_account_id"
      label={t("acts_as")}
      options={accounts.map(({ user_id, name }) => ({ value: user_id, label: name }))}
      none={t("myself")}
    />
  );
}
