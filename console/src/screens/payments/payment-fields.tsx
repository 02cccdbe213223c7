import { useWatch } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { AllocationFields } from "@/business/allocation-fields";
import { isSettledBy } from "@/business/allocations";
import { CurrencyField } from "@/business/currency-field";
import { DateField, MoneyField, SelectField, TextAreaField, TextField } from "@/forms/fields";
import directions from "@/generated/values/PaymentDirection";
import methods from "@/generated/values/PaymentMethod";
import { RecordField } from "@/records/record-field";
import { Card } from "@/ui/card";
import { parseMoney } from "@/ui/money";
import type { PaymentValues } from "./create-payment";

export function PaymentFields() {
  const { t } = useTranslation("payments");
  const [party, currency, amount, direction, day] = useWatch({
    name: ["party_id", "currency", "amount", "direction", "received_on"],
  }) as [string, string, string, PaymentValues["direction"], string];
  return (
    <>
      <Card>
        <div className="grid gap-4 sm:grid-cols-2 lg:grid-cols-4">
          <SelectField name="direction" label={t("fields.direction")} options={directions.map((value) => ({ value, label: t(`business:payment_direction.${value}`) }))} />
          <RecordField className="sm:col-span-2" name="party_id" kind="party" label={t("fields.party_id")} />
          <DateField name="received_on" label={t("fields.received_on")} />
          <CurrencyField name="currency" />
          <MoneyField name="amount" label={t("fields.amount")} currency={currency} />
          <SelectField name="method" label={t("fields.method")} options={methods.map((value) => ({ value, label: t(`methods.${value}`) }))} />
          <TextField name="reference" label={t("fields.reference")} />
          <div className="sm:col-span-2 lg:col-span-4">
            <TextAreaField name="note" label={t("fields.note")} rows={2} />
          </div>
        </div>
      </Card>
      <Card>
        <AllocationFields
          partyId={party}
          currency={currency}
          amount={parseMoney(amount, currency)?.amount_minor}
          accepts={(invoice) => isSettledBy(direction, invoice)}
          paidOn={day}
        />
      </Card>
    </>
  );
}
