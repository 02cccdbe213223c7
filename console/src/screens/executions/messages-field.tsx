import { Plus, X } from "lucide-react";
import { useFieldArray } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { SelectField, TextAreaField } from "@/forms/fields";
import roles from "@/generated/values/PromptRole";
import { Button } from "@/ui/button";

export interface Message {
  role: (typeof roles)[number];
  content: string;
}

/** The messages that a model is asked, each with its role: the field `messages` of a form. */
export function MessagesField({ label, rows = 5 }: { label: string; rows?: number }) {
  const { t } = useTranslation("executions");
  const { fields, append, remove } = useFieldArray<{ messages: Message[] }>({ name: "messages" });
  const options = roles.map((value) => ({ value, label: t(`roles.${value}`) }));
  return (
    <fieldset className="space-y-3">
      <legend className="mb-1 text-sm font-medium">{label}</legend>
      {fields.map((field, index) => (
        <div key={field.id} className="space-y-2 rounded-md border border-line p-3">
          <div className="flex items-end gap-2">
            <SelectField name={`messages.${index}.role`} label={t("role")} options={options} className="w-40" />
            {fields.length > 1 && (
              <Button kind="plain" size="icon" className="ml-auto" aria-label={t("remove_message", { number: index + 1 })} onClick={() => remove(index)}>
                <X aria-hidden="true" />
              </Button>
            )}
          </div>
          <TextAreaField name={`messages.${index}.content`} label={t("message", { number: index + 1 })} rows={rows} />
        </div>
      ))}
      <Button size="small" onClick={() => append({ role: "user", content: "" })}>
        <Plus aria-hidden="true" />
        {t("add_message")}
      </Button>
    </fieldset>
  );
}
