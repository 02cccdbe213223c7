import { useWatch } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { TextAreaField, TextField } from "@/forms/fields";
import { Money } from "@/ui/values";
import { amountOf, type LineValues } from "./lines";
import { DecimalField, DiscountField } from "./number-fields";
import { PricingError } from "./pricing";
import { UnitField } from "./unit";
import { VatFields } from "./vat";

interface Props {
  /** The field of the body: `lines.0`. */
  name: string;
  currency: string;
  /** The line can have a discount. */
  hasDiscount?: boolean;
  /** The field that names a position of a contract, and its label. */
  position?: { field: "contract_position" | "changes_position"; label: string };
}

/** One line of an invoice, or one position of a contract, with its amount. */
export function LineFields({ name, currency, hasDiscount, position }: Props) {
  const { t } = useTranslation("business");
  return (
    <div className="grid grid-cols-2 gap-3 sm:grid-cols-6">
      <div className="col-span-2 sm:col-span-6">
        <TextAreaField name={`${name}.text`} label={t("line.text")} rows={1} />
      </div>
      <DecimalField name={`${name}.quantity`} label={t("line.quantity")} />
      <UnitField name={`${name}.unit`} />
      <DecimalField className="sm:col-span-2" name={`${name}.unit_price`} label={t("line.unit_price", { currency })} />
      {hasDiscount && <DiscountField className="sm:col-span-2" name={`${name}.discount`} label={t("line.discount")} currency={currency} />}
      <div className="col-span-2 grid grid-cols-2 gap-3 sm:col-span-4">
        <VatFields name={`${name}.vat`} />
      </div>
      {position && <TextField name={`${name}.${position.field}`} label={position.label} />}
      <LineAmount name={name} currency={currency} />
    </div>
  );
}

function LineAmount({ name, currency }: { name: string; currency: string }) {
  const { t } = useTranslation("business");
  const line = useWatch({ name }) as LineValues;
  return (
    <div className="flex flex-col gap-1 text-right sm:col-end-7">
      <span className="text-sm text-muted">{t("line.amount")}</span>
      <output className="flex min-h-9 items-center justify-end font-medium">{shown()}</output>
    </div>
  );

  function shown() {
    try {
      const amount = amountOf({ ...line, discount: line.discount ?? "" }, currency);
      return <Money value={amount === undefined ? undefined : { amount_minor: Number(amount), currency }} />;
    } catch (error) {
      if (error instanceof PricingError) return <span className="text-sm text-bad">{t(`pricing.${error.code.replace(".", "_")}`)}</span>;
      throw error;
    }
  }
}
