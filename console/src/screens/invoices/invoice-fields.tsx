import { useFormContext, useWatch } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { CurrencyField } from "@/business/currency-field";
import { PercentField } from "@/business/number-fields";
import { percentText } from "@/business/numbers";
import { CheckField, DateField, NumberField, SelectField, TextAreaField, TextField } from "@/forms/fields";
import type { components } from "@/generated/api";
import directions from "@/generated/values/InvoiceDirection";
import languages from "@/generated/values/Language";
import kinds from "@/generated/values/NewInvoiceKind";
import modes from "@/generated/values/PriceMode";
import { RecordField } from "@/records/record-field";
import { Card } from "@/ui/card";
import { Adjustments, Attachments, Discounts, Lines } from "./invoice-lists";
import type { Invoice, InvoiceValues } from "./invoice-values";
import { TotalsPanel } from "./totals-panel";

const GRID = "grid gap-4 sm:grid-cols-2";

/** The form of a draft. `draft` is the record that is changed. */
export function InvoiceFields({ draft }: { draft?: Invoice }) {
  const { t } = useTranslation("invoices");
  const { setValue } = useFormContext();
  const [direction, kind] = useWatch({ name: ["direction", "kind"] }) as [InvoiceValues["direction"], InvoiceValues["kind"]];
  const isPayable = direction === "payable";
  const isCreditNote = kind === "credit_note";
  // The party, the currency and the direction of an invoice are those of its contract; project and retention are proposed.
  const takeContract = (record: unknown) => {
    const contract = record as components["schemas"]["Contract"];
    setValue("party_id", contract.party_id);
    setValue("currency", contract.value.currency);
    setValue("project_id", contract.project_id ?? "");
    setValue("retention_basis_points", percentText(contract.retention_basis_points));
    if (!draft) setValue("direction", contract.role === "sale" ? "receivable" : "payable");
  };
  const select = <V extends string>(name: string, values: readonly V[], text: (value: V) => string, none?: string) => (
    <SelectField name={name} label={t(`fields.${name}`)} options={values.map((value) => ({ value, label: text(value) }))} none={none} />
  );
  return (
    <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_20rem]">
      <div className="min-w-0 space-y-4">
        <Card title={t("groups.who")}>
          <div className={GRID}>
            {!draft && select("direction", directions, (value) => t(`business:direction.${value}`))}
            {!isCreditNote && select("kind", kinds, (value) => t(`business:kind.${value}`))}
            <RecordField name="contract_id" kind="contract" label={t("fields.contract_id")} onRecord={takeContract} />
            <RecordField name="party_id" kind="party" label={t("fields.party_id")} />
            <RecordField name="project_id" kind="project" label={t("fields.project_id")} />
            {isPayable && <TextField name="supplier_number" label={t("fields.supplier_number")} />}
          </div>
        </Card>
        <Card>
          <Lines />
        </Card>
        <Card>
          <Adjustments />
        </Card>
        <Card title={t("groups.days")}>
          <div className={GRID}>
            <DateField name="issued_on" label={t("fields.issued_on")} hint={isPayable ? undefined : t("hints.issued_on")} />
            {isPayable && <DateField name="booked_on" label={t("fields.booked_on")} />}
            <NumberField name="payment_terms_days" label={t("fields.payment_terms_days")} hint={t("hints.payment_terms_days")} />
            <DateField name="due_on" label={t("fields.due_on")} hint={t("hints.due_on")} />
            <DateField name="service_from" label={t("fields.service_from")} />
            <DateField name="service_until" label={t("fields.service_until")} />
          </div>
        </Card>
        <Card title={t("groups.price")}>
          <div className={GRID}>
            <CurrencyField name="currency" />
            {select("price_mode", modes, (value) => t(`price_modes.${value}`))}
            <PercentField name="retention_basis_points" label={t("fields.retention_basis_points")} hint={draft ? undefined : t("hints.retention")} />
            <NumberField name="cash_unit_minor" label={t("fields.cash_unit_minor")} hint={t("hints.cash_unit_minor")} />
          </div>
          <div className="mt-4">
            <Discounts />
          </div>
        </Card>
        <Card title={t("groups.more")}>
          <div className={GRID}>
            {select("language", languages, (value) => t(`languages.${value}`), t("hints.language"))}
            <TextField name="purchase_order" label={t("fields.purchase_order")} />
            <TextField name="buyer_reference" label={t("fields.buyer_reference")} />
            <CheckField name="allow_over_billing" label={t("fields.allow_over_billing")} />
          </div>
          <div className="mt-4 space-y-4">
            <TextAreaField name="note" label={t("fields.note")} />
            {!isPayable && <Attachments />}
          </div>
        </Card>
      </div>
      <TotalsPanel draft={draft} />
    </div>
  );
}
