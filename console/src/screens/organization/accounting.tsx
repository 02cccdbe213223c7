import { useTranslation } from "react-i18next";
import { DateField, NumberField, SelectField, TextField } from "@/forms/fields";
import categories from "@/generated/values/VatCategory";
import charts from "@/generated/values/Chart";
import purposes from "@/generated/values/AccountPurpose";
import regions from "@/generated/values/Region";
import { Rows } from "./rows";
import type { Organization } from "./settings";
import { SettingsForm } from "./settings-form";

const PATTERNS = ["invoice", "credit_note", "payable", "contract"] as const;
const MOST_ACCOUNTS = 60;
const NEW_ACCOUNT = { purpose: "revenue", account: "", vat_category: "", rate_basis_points: "", region: "", tax_key: "" };

/** Numbers, terms and accounts of the books. */
export function Accounting({ organization }: { organization: Organization }) {
  const { t } = useTranslation("organization");
  return (
    <SettingsForm
      organization={organization}
      values={({ settings: { accounting, number_patterns, books_closed_until, default_payment_terms_days, fiscal_year_start_month } }) => ({
        settings: {
          number_patterns,
          books_closed_until: books_closed_until ?? "",
          default_payment_terms_days,
          fiscal_year_start_month,
          accounting: {
            ...accounting,
            accounts: accounting.accounts.map((account) => ({
              ...NEW_ACCOUNT,
              ...Object.fromEntries(Object.entries(account).filter(([, value]) => value !== null)),
            })),
          },
        },
      })}
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <DateField name="settings.books_closed_until" label={t("fields.books_closed_until")} hint={t("hints.books_closed_until")} />
        <NumberField name="settings.default_payment_terms_days" label={t("fields.default_payment_terms_days")} />
        <NumberField name="settings.fiscal_year_start_month" label={t("fields.fiscal_year_start_month")} hint={t("hints.fiscal_year_start_month")} />
      </div>
      <fieldset className="rounded-lg border border-line bg-surface p-4">
        <legend className="px-1 font-semibold">{t("fields.number_patterns")}</legend>
        <p className="mb-3 text-sm text-muted">{t("hints.number_patterns", { example: "RE-{year}-{number:05}" })}</p>
        <div className="grid gap-4 sm:grid-cols-2">
          {PATTERNS.map((name) => <TextField key={name} name={`settings.number_patterns.${name}`} label={t(`patterns.${name}`)} required />)}
        </div>
      </fieldset>
      <fieldset className="rounded-lg border border-line bg-surface p-4">
        <legend className="px-1 font-semibold">{t("fields.accounting")}</legend>
        <div className="grid gap-4 sm:grid-cols-2">
          <SelectField
            name="settings.accounting.chart"
            label={t("accounting.chart")}
            options={charts.map((value) => ({ value, label: t(`charts.${value}`) }))}
          />
          <NumberField name="settings.accounting.account_length" label={t("accounting.account_length")} />
          <NumberField name="settings.accounting.consultant_number" label={t("accounting.consultant_number")} />
          <NumberField name="settings.accounting.client_number" label={t("accounting.client_number")} />
        </div>
      </fieldset>
      <Rows name="settings.accounting.accounts" label={t("accounting.accounts")} empty={NEW_ACCOUNT} most={MOST_ACCOUNTS}>
        {(row) => (
          <>
            <SelectField name={`${row}.purpose`} label={t("accounting.purpose")} options={purposes.map((value) => ({ value, label: t(`purposes.${value}`) }))} />
            <TextField name={`${row}.account`} label={t("accounting.account")} />
            <SelectField name={`${row}.vat_category`} label={t("accounting.vat_category")} options={categories.map((value) => ({ value, label: value }))} none={t("accounting.every")} />
            <NumberField name={`${row}.rate_basis_points`} label={t("accounting.rate")} hint={t("hints.basis_points")} />
            <SelectField name={`${row}.region`} label={t("accounting.region")} options={regions.map((value) => ({ value, label: t(`regions.${value}`) }))} none={t("accounting.every")} />
            <TextField name={`${row}.tax_key`} label={t("accounting.tax_key")} />
          </>
        )}
      </Rows>
    </SettingsForm>
  );
}
