import type { ReactNode } from "react";
import { Field } from "@/ui/field";
import { Input } from "@/ui/input";
import { parseUsd } from "@/ui/usd";
import { useField } from "./form";

interface Props {
  name: string;
  label: string;
  hint?: ReactNode;
  className?: string;
}

/** An amount in US dollars as text, to the billionth; `parseUsd` makes the API's number of it. */
export function UsdField({ name, label, hint, className }: Props) {
  const { rule, error, register } = useField(name, (value) => {
    const text = String(value ?? "");
    if (text === "") return rule.required ? { key: "required" } : undefined;
    return parseUsd(text) === undefined ? { key: "money" } : undefined;
  });
  return (
    <Field label={`${label} (USD)`} hint={hint} error={error} required={rule.required} className={className}>
      {(control) => <Input {...control} inputMode="decimal" className="text-right tabular-nums" {...register()} />}
    </Field>
  );
}
