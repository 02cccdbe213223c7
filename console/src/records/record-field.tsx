import type { ReactNode } from "react";
import { useController } from "react-hook-form";
import { useField } from "@/forms/form";
import { Field } from "@/ui/field";
import type { Kind } from "./kinds";
import { RecordPicker } from "./record-picker";

interface Props {
  /** The field of the body that has the identity: `party_id`. */
  name: string;
  label: string;
  kind: Kind;
  query?: object;
  hint?: ReactNode;
  className?: string;
  /** Gets the chosen record, to fill other fields from it. */
  onRecord?: (record: unknown) => void;
}

/** A field of a form that names a record. */
export function RecordField({ name, label, kind, query, hint, className, onRecord }: Props) {
  const { rule, error, validate } = useField(name);
  const { field } = useController({ name, rules: { validate } });
  return (
    <Field label={label} hint={hint} error={error} required={rule.required} className={className}>
      {(control) => (
        <RecordPicker
          control={control}
          kind={kind}
          query={query}
          value={field.value as string}
          onBlur={field.onBlur}
          onChange={(id, record) => {
            field.onChange(id ?? "");
            if (record) onRecord?.(record);
          }}
        />
      )}
    </Field>
  );
}
