import { useTranslation } from "react-i18next";
import { SelectField } from "@/forms/fields";
import { CURRENCIES } from "./currencies";

export function CurrencyField({ name, className }: { name: string; className?: string }) {
  const { t, i18n } = useTranslation("business");
  const names = new Intl.DisplayNames(i18n.language, { type: "currency" });
  const options = CURRENCIES.map((code) => ({ value: code, label: `${code} – ${names.of(code) ?? code}` }));
  return <SelectField name={name} label={t("currency")} options={options} className={className} />;
}
