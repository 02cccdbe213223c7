import type { ReactNode } from "react";
import { Field } from "@/ui/field";
import { TextArea } from "@/ui/input";
import { useField } from "./form";
import { isJson } from "./json";

interface Props {
  name: string;
  label: string;
  hint?: ReactNode;
  className?: string;
  rows?: number;
  /** Any JSON, and not only an object. */
  isAny?: boolean;
  /** Needed here, although the operation does not need it. */
  required?: boolean;
}

/** A JSON value as text; `parseJson` makes the value of it. */
export function JsonField({ name, label, hint, className, rows = 5, isAny = false, required }: Props) {
  const { rule, error, register } = useField(name, (value) => {
    const text = String(value ?? "");
    if (text.trim() === "") return required || rule.required ? { key: "required" } : undefined;
    return isJson(text, !isAny) ? undefined : { key: isAny ? "json" : "json_object" };
  });
  return (
    <Field label={label} hint={hint} error={error} required={required || rule.required} className={className}>
      {(control) => <TextArea {...control} rows={rows} spellCheck={false} className="font-mono text-sm" {...register()} />}
    </Field>
  );
}
