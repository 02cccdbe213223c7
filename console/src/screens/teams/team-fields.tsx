import { useTranslation } from "react-i18next";
import { TextAreaField, TextField } from "@/forms/fields";

export function TeamFields() {
  const { t } = useTranslation("teams");
  return (
    <>
      <TextField name="name" label={t("name")} />
      <TextAreaField name="description" label={t("description")} />
    </>
  );
}
