import { useTranslation } from "react-i18next";
import { TextAreaField, TextField } from "@/forms/fields";
import { PermissionsField } from "@/records/permissions-field";

// Only owners have them.
const OWNERS = ["organization:erase", "organization:export", "sso:update"] as const;

export function RoleFields() {
  const { t } = useTranslation("roles");
  return (
    <>
      <TextField name="name" label={t("name")} />
      <TextAreaField name="description" label={t("description")} rows={2} />
      <PermissionsField name="permissions" label={t("permissions")} without={OWNERS} />
    </>
  );
}
