import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useSearchState } from "@/records/search-state";
import { Field } from "@/ui/field";
import { Input, Select } from "@/ui/input";
import { currenciesOf } from "./amounts";

/** A day in the address; empty for what the API takes by itself. */
export function DayControl({ name, label }: { name: string; label: string }) {
  const [search, setSearch] = useSearchState();
  return (
    <Field label={label} className="w-40">
      {(control) => (
        <Input {...control} type="date" value={search[name] ?? ""} onChange={(event) => setSearch({ [name]: event.target.value || undefined })} />
      )}
    </Field>
  );
}

interface ChoiceProps {
  name: string;
  label: string;
  options: readonly { value: string; label: string }[];
}

/** One of several values in the address; the first one is meant by none. */
export function ChoiceControl({ name, label, options }: ChoiceProps) {
  const [search, setSearch] = useSearchState();
  const first = options[0]?.value;
  return (
    <Field label={label} className="w-44">
      {(control) => (
        <Select
          {...control}
          value={search[name] ?? first}
          onChange={(event) => setSearch({ [name]: event.target.value === first ? undefined : event.target.value })}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>{option.label}</option>
          ))}
        </Select>
      )}
    </Field>
  );
}

/** The currencies of a report's rows, the one of the address or else the most frequent one, and its rows. */
export function useShownCurrency<T extends { currency: string }>(rows: readonly T[]) {
  const [search] = useSearchState();
  const currencies = currenciesOf(rows);
  const currency = currencies.find((code) => code === search.currency) ?? currencies[0] ?? "EUR";
  return { currencies, currency, own: rows.filter((row) => row.currency === currency) };
}

/** The currency of a chart, where a report has several. */
export function CurrencyControl({ currencies }: { currencies: readonly string[] }) {
  const { t } = useTranslation("reports");
  if (currencies.length < 2) return null;
  return <ChoiceControl name="currency" label={t("business:currency")} options={currencies.map((value) => ({ value, label: value }))} />;
}

export const Controls = ({ children }: { children: ReactNode }) => <div className="mb-4 flex flex-wrap items-end gap-3">{children}</div>;
