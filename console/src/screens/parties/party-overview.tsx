import { useTranslation } from "react-i18next";
import type { components } from "@/generated/api";
import { Card } from "@/ui/card";
import { CodeBlock } from "@/ui/code-block";
import { Properties } from "@/ui/properties";
import { Count, Time } from "@/ui/values";

export function PartyOverview({ party }: { party: components["schemas"]["Party"] }) {
  const { t } = useTranslation("parties");
  const given = (prefix: string, record: object | null, names: readonly string[]) =>
    names.map((name) => [t(`fields.${prefix}${name}`), (record as Record<string, string | null> | null)?.[name] ?? "–"] as const);
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <Card title={t("groups.party")}>
        <Properties
          items={[
            [t("fields.role"), t(`roles.${party.role}`)],
            ...given("", party, ["number", "vat_id", "tax_number", "registration"]),
            [t("fields.consumer"), t(party.consumer ? "common:yes" : "common:no")],
            [t("created"), <Time key="created" value={party.created_at} />],
            [t("updated"), <Time key="updated" value={party.updated_at} />],
          ]}
        />
      </Card>
      <Card title={t("groups.address")}>
        <Properties items={given("address.", party.address, ["street", "additional", "postal_code", "city", "region", "country"])} />
      </Card>
      <Card title={t("groups.contact")}>
        <Properties items={given("contact.", party.contact, ["name", "email", "phone"])} />
      </Card>
      <Card title={t("groups.bank")}>
        <Properties items={given("bank_account.", party.bank_account, ["iban", "bic", "holder", "bank_name"])} />
      </Card>
      <Card title={t("groups.invoices")}>
        <Properties
          items={[
            [t("fields.payment_terms_days"), <Count key="terms" value={party.payment_terms_days} />],
            [t("fields.language"), party.language ? t(`languages.${party.language}`) : t("fields.language_none")],
            ...given("", party, ["buyer_reference", "leitweg_id"]),
            [t("fields.e_invoice_address.id"), party.e_invoice_address ? `${party.e_invoice_address.scheme}: ${party.e_invoice_address.id}` : "–"],
            [t("fields.unit_codes"), party.unit_codes.map(({ unit, replaced_by }) => `${unit} → ${replaced_by}`).join(", ") || "–"],
          ]}
        />
      </Card>
      <Card title={t("groups.books")}>
        <Properties
          items={[
            ...given("", party, ["debtor_account", "creditor_account"]),
            [t("fields.dunning_blocked"), t(party.dunning_blocked ? "common:yes" : "common:no")],
          ]}
        />
      </Card>
      {party.note && (
        <Card title={t("fields.note")}>
          <p className="whitespace-pre-wrap wrap-anywhere">{party.note}</p>
        </Card>
      )}
      {Object.keys(party.metadata).length > 0 && <CodeBlock label={t("metadata")} code={JSON.stringify(party.metadata, null, 2)} />}
    </div>
  );
}
