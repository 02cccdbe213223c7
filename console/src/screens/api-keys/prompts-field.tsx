import { X } from "lucide-react";
import { useController } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { useField } from "@/forms/form";
import { useRecordName } from "@/records/record-link";
import { RecordPicker } from "@/records/record-picker";
import { Button } from "@/ui/button";
import { Field } from "@/ui/field";

interface Props {
  name: string;
  label: string;
  hint: string;
}

/** Chooses several prompts, one after the other. */
export function PromptsField({ name, label, hint }: Props) {
  const { error } = useField(name);
  const { field } = useController({ name });
  const chosen = field.value as string[];
  return (
    <div className="space-y-2">
      <Field label={label} hint={hint} error={error}>
        {(control) => (
          <RecordPicker
            control={control}
            kind="prompt"
            value={undefined}
            onBlur={field.onBlur}
            onChange={(id) => id && !chosen.includes(id) && field.onChange([...chosen, id])}
          />
        )}
      </Field>
      <ul className="flex flex-wrap gap-2">
        {chosen.map((id) => (
          <Chosen key={id} id={id} onRemove={() => field.onChange(chosen.filter((one) => one !== id))} />
        ))}
      </ul>
    </div>
  );
}

function Chosen({ id, onRemove }: { id: string; onRemove: () => void }) {
  const { t } = useTranslation();
  const name = useRecordName("prompt", id) ?? "…";
  return (
    <li className="flex items-center gap-1 rounded-full bg-tint pl-3">
      {name}
      <Button kind="plain" size="small" aria-label={`${t("remove")}: ${name}`} onClick={onRemove}>
        <X aria-hidden="true" />
      </Button>
    </li>
  );
}
