import { useTranslation } from "react-i18next";
import { TextAreaField, TextField } from "@/forms/fields";

export function DatasetFields() {
  const { t } = useTranslation("datasets");
  return (
    <>
      <TextField name="name" label={t("name")} />
      <TextAreaField name="description" label={t("description")} />
    </>
  );
}
