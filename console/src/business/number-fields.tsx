import { useTranslation } from "react-i18next";
import { useField } from "@/forms/form";
import { violation } from "@/forms/rules";
import { Field } from "@/ui/field";
import { Input } from "@/ui/input";
import { decimalText, parseDiscount, parsePercent } from "./numbers";

interface Props {
  name: string;
  label: string;
  hint?: string;
  className?: string;
}

const RIGHT = "text-right tabular-nums";

/** A quantity or a price of a unit, as a text with a point or a comma. */
export function DecimalField({ name, label, className }: Props) {
  const { rule, error, register } = useField(name, (value) => violation(rule, decimalText(String(value ?? ""))));
  return (
    <Field label={label} error={error} required={rule.required} className={className}>
      {(control) => <Input {...control} inputMode="decimal" className={RIGHT} {...register()} />}
    </Field>
  );
}

/** A percentage as a text; `parsePercent` makes the API's hundredths of it. */
export function PercentField({ name, label, hint, className }: Props) {
  const { t } = useTranslation("business");
  const { rule, error, register } = useField(name, (value) => {
    const typed = String(value ?? "");
    if (typed === "") return undefined;
    const points = parsePercent(typed);
    if (points === undefined) return { key: "number" };
    return violation({ ...(rule.maximum === undefined ? {} : { maximum: rule.maximum }), minimum: rule.minimum ?? 0 }, points)
      ? { key: "maximum", limit: (rule.maximum ?? 10_000) / 100 }
      : undefined;
  });
  return (
    <Field label={`${label} (${t("percent")})`} hint={hint} error={error} className={className}>
      {(control) => <Input {...control} inputMode="decimal" className={RIGHT} {...register()} />}
    </Field>
  );
}

/** The discount of a line: a percentage with its sign, or an amount. */
export function DiscountField({ name, label, className, currency }: Props & { currency: string }) {
  const { t } = useTranslation("business");
  const { error, register } = useField(name, (value) => {
    const typed = String(value ?? "");
    return typed === "" || parseDiscount(typed, currency) ? undefined : { key: "money" };
  });
  return (
    <Field label={label} error={error} className={className}>
      {(control) => (
        <Input {...control} inputMode="text" placeholder={t("line.discount_example")} className={RIGHT} {...register()} />
      )}
    </Field>
  );
}
