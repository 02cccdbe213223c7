import { useTranslation } from "react-i18next";
import { CheckField, DateField, MoneyField, NumberField, SelectField, TextAreaField } from "@/forms/fields";
import rates from "@/generated/values/BaseRate";
import { type DunningForm, dunningFields, dunningForm } from "./dunning-values";
import { Rows } from "./rows";
import type { Organization } from "./settings";
import { SettingsForm } from "./settings-form";

const MOST_LEVELS = 5;
const MOST_RATES = 60;
const NEW_LEVEL = { after_days: 14, pay_within_days: 7, fee: "", interest: false, lump_sum: false, text_en: "", text_de: "" };
const NEW_RATE = { of: "bundesbank", from: "", rate_basis_points: "" };

export function Dunning({ organization }: { organization: Organization }) {
  const { t } = useTranslation("organization");
  const { default_currency } = organization.settings;
  return (
    <SettingsForm
      organization={organization}
      values={({ settings }) => ({ settings: { dunning: dunningForm(settings.dunning) } })}
      adapt={({ dunning }, { settings }) => ({
        dunning: dunningFields(dunning as DunningForm, settings.dunning, settings.default_currency),
      })}
    >
      <p className="text-muted">{t("dunning.text")}</p>
      <Rows name="settings.dunning.levels" label={t("dunning.levels")} empty={NEW_LEVEL} most={MOST_LEVELS}>
        {(row) => (
          <>
            <NumberField name={`${row}.after_days`} label={t("dunning.after_days")} />
            <NumberField name={`${row}.pay_within_days`} label={t("dunning.pay_within_days")} />
            <MoneyField name={`${row}.fee`} label={t("dunning.fee")} currency={default_currency} />
            <CheckField name={`${row}.interest`} label={t("dunning.interest")} />
            <CheckField name={`${row}.lump_sum`} label={t("dunning.lump_sum")} />
            <TextAreaField name={`${row}.text_de`} label={t("dunning.text_de")} rows={2} />
            <TextAreaField name={`${row}.text_en`} label={t("dunning.text_en")} rows={2} />
          </>
        )}
      </Rows>
      <div className="grid gap-4 sm:grid-cols-2">
        <MoneyField name="settings.dunning.minimum" label={t("dunning.minimum")} hint={t("dunning.minimum_hint")} currency={default_currency} />
        <NumberField name="settings.dunning.business_rate_basis_points" label={t("dunning.business_rate")} hint={t("hints.basis_points")} />
        <NumberField name="settings.dunning.consumer_rate_basis_points" label={t("dunning.consumer_rate")} hint={t("hints.basis_points")} />
      </div>
      <Rows name="settings.dunning.base_rates" label={t("dunning.base_rates")} empty={NEW_RATE} most={MOST_RATES}>
        {(row) => (
          <>
            <SelectField name={`${row}.of`} label={t("dunning.rate_of")} options={rates.map((value) => ({ value, label: t(`base_rates.${value}`) }))} />
            <DateField name={`${row}.from`} label={t("dunning.from")} />
            <NumberField name={`${row}.rate_basis_points`} label={t("dunning.rate")} hint={t("hints.basis_points")} />
          </>
        )}
      </Rows>
    </SettingsForm>
  );
}
