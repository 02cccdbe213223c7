import { useQuery } from "@tanstack/react-query";
import { useFormContext, useWatch } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { read } from "@/api/read";
import { useField } from "@/forms/form";
import { wrongMoney } from "@/forms/rules";
import type { components } from "@/generated/api";
import { RecordLink } from "@/records/record-link";
import { Button } from "@/ui/button";
import { Field } from "@/ui/field";
import { Input } from "@/ui/input";
import { ProblemAlert } from "@/ui/problem-alert";
import { SkeletonBlock } from "@/ui/skeleton";
import { TableFrame, Td, Th } from "@/ui/table";
import { Day, Money } from "@/ui/values";
import { type Allocated, allocatedSum, amountText, cashDiscountOn, distribute } from "./allocations";

type Invoice = components["schemas"]["InvoiceSummary"];

const SHOWN = 200;

interface Props {
  partyId: string;
  currency: string;
  /** What is to be allocated, in minor units; none while it is not known. */
  amount: number | undefined;
  accepts: (invoice: Invoice) => boolean;
  /** The day of the payment, where its allocations can have cash discounts. */
  paidOn?: string;
}

/** The open invoices of a party, with a field for what is settled of each: the field `allocations` of a form. */
export function AllocationFields({ partyId, currency, amount, accepts, paidOn }: Props) {
  const { t } = useTranslation("business");
  const { setValue } = useFormContext();
  const query = { party_id: partyId, status: ["issued" as const, "partially_paid" as const], limit: SHOWN };
  const { data, error, refetch } = useQuery({ ...read("/api/v1/invoices", { query }), enabled: partyId !== "" });
  if (!partyId) return <p className="text-muted">{t("allocations.choose")}</p>;
  if (error) return <ProblemAlert error={error} onRetry={() => void refetch()} />;
  if (!data) return <SkeletonBlock lines={3} />;
  const invoices = data.data.filter((invoice) => invoice.open.currency === currency && accepts(invoice));
  if (invoices.length === 0) return <p className="text-muted">{t("allocations.none")}</p>;
  const fill = (parts: Map<string, number>) => {
    for (const { id } of invoices) setValue(`allocations.${id}.amount`, amountText(parts.get(id) ?? 0, currency));
  };
  return (
    <fieldset className="min-w-0 space-y-2">
      <legend className="mb-1 font-semibold">{t("allocations.title")}</legend>
      <TableFrame label={t("allocations.title")}>
        <thead>
          <tr>
            <Th>{t("allocations.invoice")}</Th>
            <Th>{t("allocations.due_on")}</Th>
            <Th isNumber>{t("allocations.open")}</Th>
            <Th isNumber>{t("allocations.amount")}</Th>
            {paidOn !== undefined && <Th isNumber>{t("allocations.discount")}</Th>}
          </tr>
        </thead>
        <tbody>
          {invoices.map((invoice) => (
            <tr key={invoice.id}>
              <Td className="whitespace-nowrap"><RecordLink kind="invoice" id={invoice.id} /></Td>
              <Td><Day value={invoice.due_on} /></Td>
              <Td isNumber><Money value={invoice.open} /></Td>
              <Td><AmountField name={`allocations.${invoice.id}.amount`} label={`${t("allocations.amount")}: ${invoice.number ?? ""}`} currency={currency} /></Td>
              {paidOn !== undefined && (
                <Td>
                  <AmountField
                    name={`allocations.${invoice.id}.cash_discount`}
                    label={`${t("allocations.discount")}: ${invoice.number ?? ""}`}
                    currency={currency}
                    placeholder={amountText(cashDiscountOn(paidOn, invoice), currency)}
                  />
                </Td>
              )}
            </tr>
          ))}
        </tbody>
      </TableFrame>
      <div className="flex flex-wrap items-center gap-2">
        <Button size="small" disabled={amount === undefined} onClick={() => fill(distribute(amount ?? 0, invoices))}>
          {t("allocations.distribute")}
        </Button>
        <Button size="small" kind="plain" onClick={() => fill(new Map())}>{t("allocations.clear")}</Button>
        <Rest amount={amount} currency={currency} />
      </div>
    </fieldset>
  );
}

function AmountField({ name, label, currency, placeholder }: { name: string; label: string; currency: string; placeholder?: string }) {
  const { error, register } = useField(name, (value) => wrongMoney(false, String(value ?? ""), currency));
  return (
    <Field label={label} hideLabel error={error} className="min-w-28">
      {(control) => <Input {...control} inputMode="decimal" placeholder={placeholder} className="text-right tabular-nums" {...register()} />}
    </Field>
  );
}

function Rest({ amount, currency }: { amount: number | undefined; currency: string }) {
  const { t } = useTranslation("business");
  const allocated = (useWatch({ name: "allocations" }) ?? {}) as Allocated;
  if (amount === undefined) return null;
  const rest = amount - allocatedSum(allocated, currency);
  return (
    <output className={rest < 0 ? "ml-auto text-bad" : "ml-auto text-muted"}>
      {t(rest < 0 ? "allocations.over" : "allocations.rest")} <Money value={{ amount_minor: rest, currency }} />
    </output>
  );
}
