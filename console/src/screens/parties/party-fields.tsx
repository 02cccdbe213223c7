import { useTranslation } from "react-i18next";
import { Rows } from "@/business/rows";
import { CheckField, NumberField, SelectField, TextAreaField, TextField } from "@/forms/fields";
import languages from "@/generated/values/Language";
import roles from "@/generated/values/PartyRole";

const TWO = "grid gap-4 sm:grid-cols-2";

export function PartyFields() {
  const { t } = useTranslation("parties");
  const text = (name: string, className?: string) => <TextField name={name} label={t(`fields.${name}`)} className={className} />;
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-[1fr_2fr]">
        <SelectField name="role" label={t("fields.role")} options={roles.map((value) => ({ value, label: t(`roles.${value}`) }))} />
        {text("name")}
      </div>
      <div className={TWO}>
        {text("number")}
        <SelectField
          name="language"
          label={t("fields.language")}
          none={t("fields.language_none")}
          options={languages.map((value) => ({ value, label: t(`languages.${value}`) }))}
        />
      </div>
      <Group title={t("groups.address")}>
        {text("address.street", "sm:col-span-2")}
        {text("address.additional", "sm:col-span-2")}
        {text("address.postal_code")}
        {text("address.city")}
        {text("address.region")}
        <TextField name="address.country" label={t("fields.address.country")} placeholder="DE" />
      </Group>
      <Group title={t("groups.contact")}>
        {text("contact.name")}
        <TextField name="contact.email" type="email" label={t("fields.contact.email")} />
        {text("contact.phone")}
      </Group>
      <Group title={t("groups.tax")}>
        {text("vat_id")}
        {text("tax_number")}
        {text("registration")}
      </Group>
      <Group title={t("groups.invoices")}>
        <NumberField name="payment_terms_days" label={t("fields.payment_terms_days")} />
        {text("buyer_reference")}
        {text("leitweg_id")}
        {text("e_invoice_address.scheme")}
        {text("e_invoice_address.id")}
        <div className="sm:col-span-2">
          <Rows
            name="unit_codes"
            label={t("fields.unit_codes")}
            add={t("fields.unit_add")}
            most={20}
            row={() => ({ unit: "", replaced_by: "" })}
          >
            {(name) => (
              <div className={TWO}>
                <TextField name={`${name}.unit`} label={t("fields.unit")} />
                <TextField name={`${name}.replaced_by`} label={t("fields.replaced_by")} />
              </div>
            )}
          </Rows>
        </div>
      </Group>
      <Group title={t("groups.bank")}>
        {text("bank_account.iban")}
        {text("bank_account.bic")}
        {text("bank_account.holder")}
        {text("bank_account.bank_name")}
      </Group>
      <Group title={t("groups.books")}>
        {text("debtor_account")}
        {text("creditor_account")}
        <CheckField name="consumer" label={t("fields.consumer")} />
        <CheckField name="dunning_blocked" label={t("fields.dunning_blocked")} />
      </Group>
      <TextAreaField name="note" label={t("fields.note")} />
    </>
  );
}

const Group = ({ title, children }: { title: string; children: React.ReactNode }) => (
  <fieldset className="min-w-0 rounded-md border border-line p-3">
    <legend className="px-1 font-semibold">{title}</legend>
    <div className={TWO}>{children}</div>
  </fieldset>
);
