import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Field } from "@/ui/field";
import { CheckBox, Input, Select, TextArea } from "@/ui/input";
import { useField } from "./form";
import { violation, wrongMoney } from "./rules";

interface Common {
  /** The field of the body: `name`, `address.city`, `positions.0.text`. */
  name: string;
  label: string;
  hint?: ReactNode;
  className?: string;
}

interface TextProps extends Common {
  type?: "text" | "email" | "password" | "url" | "date" | "datetime-local";
  autoComplete?: string;
  placeholder?: string;
  /** Needed here, although the operation does not need it. */
  required?: boolean;
}

export function TextField({ name, label, hint, className, type = "text", required, ...rest }: TextProps) {
  const { rule, error, register } = useField(name);
  const isRequired = required || rule.required;
  return (
    <Field label={label} hint={hint} error={error} required={isRequired} className={className}>
      {(control) => <Input {...control} {...rest} type={type} {...register()} />}
    </Field>
  );
}

/** A day. */
export const DateField = (props: Common) => <TextField {...props} type="date" />;

export function TextAreaField({ name, label, hint, className, rows }: Common & { rows?: number }) {
  const { rule, error, register } = useField(name);
  return (
    <Field label={label} hint={hint} error={error} required={rule.required} className={className}>
      {(control) => <TextArea {...control} rows={rows} {...register()} />}
    </Field>
  );
}

export function NumberField({ name, label, hint, className, step }: Common & { step?: number | "any" }) {
  // The number of an empty field is NaN.
  const { rule, error, register } = useField(name, (value) => (Number.isNaN(value) && !rule.required ? undefined : violation(rule, value)));
  return (
    <Field label={label} hint={hint} error={error} required={rule.required} className={className}>
      {(control) => (
        <Input {...control} type="number" step={step} min={rule.minimum} max={rule.maximum} {...register({ valueAsNumber: true })} />
      )}
    </Field>
  );
}

interface SelectProps extends Common {
  options: readonly { value: string; label: string }[];
  /** What no choice means. Without it, and with a value from the beginning, there is always a choice. */
  none?: string;
}

export function SelectField({ name, label, hint, className, options, none }: SelectProps) {
  const { rule, error, register } = useField(name);
  return (
    <Field label={label} hint={hint} error={error} required={rule.required} className={className}>
      {(control) => (
        <Select {...control} {...register()}>
          {none !== undefined && <option value="">{none}</option>}
          {options.map((option) => (
            <option key={option.value} value={option.value}>{option.label}</option>
          ))}
        </Select>
      )}
    </Field>
  );
}

export function CheckField({ name, label, hint, className }: Common) {
  const { error, register } = useField(name);
  return (
    <Field label={label} hint={hint} error={error} className={className}>
      {(control) => <CheckBox {...control} {...register()} />}
    </Field>
  );
}

/** Any number of values of a closed set; the field is a list. */
export function ChecksField({ name, label, hint, className, options }: Omit<SelectProps, "none">) {
  const { error, register } = useField(name);
  return (
    <fieldset className={className}>
      <legend className="mb-1 text-sm font-medium">{label}</legend>
      <div className="flex flex-wrap gap-x-4 gap-y-1">
        {options.map((option) => (
          <label key={option.value} className="flex items-center gap-2">
            <CheckBox value={option.value} {...register()} />
            {option.label}
          </label>
        ))}
      </div>
      {hint && <p className="mt-1 text-sm text-muted">{hint}</p>}
      {error && <p className="mt-1 text-sm text-bad">{error}</p>}
    </fieldset>
  );
}

/** An amount as text; `parseMoney` makes the API's amount of it. */
export function MoneyField({ name, label, hint, className, currency }: Common & { currency: string }) {
  const { i18n } = useTranslation();
  const { rule, error, register } = useField(name, (value) => wrongMoney(rule.required ?? false, String(value ?? ""), currency));
  const unit = new Intl.DisplayNames(i18n.language, { type: "currency" }).of(currency) ?? currency;
  return (
    <Field label={`${label} (${currency})`} hint={hint ?? unit} error={error} required={rule.required} className={className}>
      {(control) => <Input {...control} inputMode="decimal" className="text-right tabular-nums" {...register()} />}
    </Field>
  );
}
