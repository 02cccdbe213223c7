import { useTranslation } from "react-i18next";
import { useMay } from "@/api/session";
import { CheckField, TextAreaField, TextField } from "@/forms/fields";
import { RecordField } from "@/records/record-field";
import { Badge } from "@/ui/badge";
import type { Organization } from "./settings";
import { SettingsForm } from "./settings-form";

const TEXTS = ["legal_name", "vat_id", "tax_number", "registration_court", "registration_number"] as const;
const ADDRESS = ["street", "additional", "postal_code", "city", "region", "country"] as const;
const CONTACT = ["name", "email", "phone"] as const;
const BANK = ["holder", "iban", "bic", "bank_name"] as const;

const texts = <K extends string>(names: readonly K[], given: Readonly<Partial<Record<K, string | null>>> | null) =>
  Object.fromEntries(names.map((name) => [name, given?.[name] ?? ""]));

/** The organization as it is named on its invoices. */
export function Seller({ organization }: { organization: Organization }) {
  const { t } = useTranslation("organization");
  const may = useMay();
  const { missing } = organization.settings.seller;
  return (
    <SettingsForm
      organization={organization}
      values={({ settings: { seller } }) => ({
        settings: {
          seller: {
            ...texts(TEXTS, seller),
            small_business: seller.small_business,
            managing_directors: seller.managing_directors.join("\n"),
            address: texts(ADDRESS, seller.address),
            contact: texts(CONTACT, seller.contact),
            bank_account: texts(BANK, seller.bank_account),
            e_invoice_address: texts(["scheme", "id"], seller.e_invoice_address),
            footer: seller.footer ?? "",
            logo_document_id: seller.logo_document_id ?? "",
          },
        },
      })}
      adapt={({ seller: given }) => ({ seller: { ...given, managing_directors: linesIn(given.managing_directors as string) } })}
    >
      {missing.length > 0 && (
        <p className="flex flex-wrap gap-2">
          {t("seller.missing")}
          {missing.map((field) => (
            <Badge key={field} tone="warn">{keysOf(field).map((key) => t(`seller.${key}`)).join(" / ")}</Badge>
          ))}
        </p>
      )}
      <Group title={t("seller.company")}>
        {TEXTS.map((name) => <TextField key={name} name={`settings.seller.${name}`} label={t(`seller.${name}`)} />)}
        <TextAreaField name="settings.seller.managing_directors" label={t("seller.managing_directors")} hint={t("seller.one_per_line")} rows={3} />
        <CheckField name="settings.seller.small_business" label={t("seller.small_business")} hint={t("seller.small_business_hint")} />
      </Group>
      <Group title={t("seller.address")}>
        {ADDRESS.map((name) => <TextField key={name} name={`settings.seller.address.${name}`} label={t(`seller.address_${name}`)} />)}
      </Group>
      <Group title={t("seller.contact")}>
        {CONTACT.map((name) => <TextField key={name} name={`settings.seller.contact.${name}`} label={t(`seller.contact_${name}`)} />)}
      </Group>
      <Group title={t("seller.bank_account")}>
        {BANK.map((name) => <TextField key={name} name={`settings.seller.bank_account.${name}`} label={t(`seller.bank_${name}`)} />)}
      </Group>
      <Group title={t("seller.e_invoice_address")}>
        <TextField name="settings.seller.e_invoice_address.scheme" label={t("seller.e_invoice_scheme")} hint={t("seller.e_invoice_scheme_hint")} />
        <TextField name="settings.seller.e_invoice_address.id" label={t("seller.e_invoice_id")} />
      </Group>
      <Group title={t("seller.paper")}>
        {may("document:read") && (
          <RecordField name="settings.seller.logo_document_id" kind="document" label={t("seller.logo_document_id")} hint={t("seller.logo_hint")} />
        )}
        <TextAreaField name="settings.seller.footer" label={t("seller.footer")} rows={3} />
      </Group>
    </SettingsForm>
  );
}

/** The names of missing values, such as `address.street` and `vat_id or tax_number`. */
const keysOf = (field: string): string[] =>
  field.split(" or ").map((name) => name.replace("bank_account.", "bank_").replace(".", "_"));

const linesIn = (text: string): string[] => text.split("\n").map((line) => line.trim()).filter(Boolean);

const Group = ({ title, children }: { title: string; children: React.ReactNode }) => (
  <fieldset className="rounded-lg border border-line bg-surface p-4">
    <legend className="px-1 font-semibold">{title}</legend>
    <div className="grid gap-4 sm:grid-cols-2">{children}</div>
  </fieldset>
);
