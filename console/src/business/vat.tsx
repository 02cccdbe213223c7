import { useWatch } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { SelectField, TextField } from "@/forms/fields";
import categories from "@/generated/values/VatCategory";
import { PercentField } from "./number-fields";
import type { VatCategory } from "./pricing";

/** Category, rate and reason; `name` is the field of the body with the VAT: `lines.0.vat`. */
export function VatFields({ name }: { name: string }) {
  const { t } = useTranslation("business");
  const category = useWatch({ name: `${name}.category` }) as VatCategory;
  return (
    <>
      <SelectField
        name={`${name}.category`}
        label={t("vat.label")}
        options={categories.map((value) => ({ value, label: `${value} – ${t(`vat.categories.${value}`)}` }))}
      />
      {category === "S" ? (
        <PercentField name={`${name}.rate_basis_points`} label={t("vat.rate")} />
      ) : (
        <TextField name={`${name}.exemption_reason`} label={t("vat.reason")} required={category === "E"} />
      )}
    </>
  );
}

/** The rate where there is one, else what the category stands for. */
export function VatText({ vat }: { vat: { category: VatCategory; rate_basis_points?: number } }) {
  const { t } = useTranslation("business");
  return vat.category === "S" ? <Percent points={vat.rate_basis_points ?? 0} /> : t(`vat.categories.${vat.category}`);
}

/** Hundredths of a percent in the manner of the language. */
export function Percent({ points }: { points: number }) {
  const { i18n } = useTranslation();
  const format = new Intl.NumberFormat(i18n.language, { style: "percent", maximumFractionDigits: 2 });
  return <span className="whitespace-nowrap tabular-nums">{format.format(points / 10_000)}</span>;
}
