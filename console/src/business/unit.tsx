import { useId } from "react";
import { useTranslation } from "react-i18next";
import { useField } from "@/forms/form";
import { Field } from "@/ui/field";
import { Input } from "@/ui/input";
import { isNamedUnit, UNITS } from "./units";

/** A unit by its name, or by its code where it has none here. */
export function Unit({ code }: { code: string }) {
  const { t } = useTranslation("business");
  return isNamedUnit(code) ? t(`units.${code}`) : code;
}

/** The code of a unit. The usual ones are offered with their names. */
export function UnitField({ name, className }: { name: string; className?: string }) {
  const { t } = useTranslation("business");
  const list = useId();
  const { rule, error, register } = useField(name);
  return (
    <Field label={t("line.unit")} error={error} required={rule.required} className={className}>
      {(control) => (
        <>
          <Input {...control} list={list} autoComplete="off" {...register({ setValueAs: (typed: string) => typed.trim().toUpperCase() })} />
          <datalist id={list}>
            {UNITS.map((code) => (
              <option key={code} value={code}>{t(`units.${code}`)}</option>
            ))}
          </datalist>
        </>
      )}
    </Field>
  );
}
