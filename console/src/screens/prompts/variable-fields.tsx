import { useTranslation } from "react-i18next";
import { TextAreaField } from "@/forms/fields";
import { JsonField } from "@/forms/json-field";
import type { Variable } from "./variables";

export function VariableFields({ variables }: { variables: readonly Variable[] }) {
  const { t } = useTranslation("prompts");
  return (
    <>
      {variables.map(({ name, isText, isRequired, description }, index) =>
        isText ? (
          <TextAreaField key={name} name={`texts.${index}`} label={isRequired ? `${name} *` : name} hint={description} rows={3} />
        ) : (
          <JsonField key={name} name={`texts.${index}`} label={isRequired ? `${name} *` : name} hint={description ?? t("run.json")} rows={2} isAny />
        ),
      )}
      <details>
        <summary className="font-medium">{t("run.further")}</summary>
        <JsonField name="further" label={t("run.further_label")} rows={3} className="mt-3" />
      </details>
    </>
  );
}
