import { useTranslation } from "react-i18next";
import { DateField, SelectField, TextAreaField, TextField } from "@/forms/fields";
import statuses from "@/generated/values/ProjectStatus";

export function ProjectFields() {
  const { t } = useTranslation("projects");
  const options = statuses.map((value) => ({ value, label: t(`statuses.${value}`) }));
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-[1fr_2fr]">
        <TextField name="code" label={t("code")} />
        <TextField name="name" label={t("name")} />
      </div>
      <TextAreaField name="description" label={t("description")} />
      <SelectField name="status" label={t("status")} options={options} />
      <div className="grid gap-4 sm:grid-cols-2">
        <DateField name="starts_on" label={t("starts_on")} />
        <DateField name="ends_on" label={t("ends_on")} />
      </div>
    </>
  );
}
