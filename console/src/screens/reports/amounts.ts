import { type Amount, decimalsOf, formatMoney } from "@/ui/money";

/** Amounts of different currencies are never added up: the currencies of rows, those with the most rows first. */
export function currenciesOf(rows: readonly { currency: string }[]): string[] {
  const counts = new Map<string, number>();
  for (const { currency } of rows) counts.set(currency, (counts.get(currency) ?? 0) + 1);
  return [...counts.entries()].sort(([one, many], [other, more]) => more - many || (one < other ? -1 : 1)).map(([currency]) => currency);
}

/** An amount as a number of a chart, in the major unit. */
export const major = ({ amount_minor, currency }: Amount): number => amount_minor / 10 ** decimalsOf(currency);

/** A value on the axis of a chart as money. */
export const axisMoney = (currency: string, language: string) => (value: number): string =>
  formatMoney({ amount_minor: Math.round(value * 10 ** decimalsOf(currency)), currency }, language);

/** The sum of amounts of one currency, in minor units. */
export const sumOf = (amounts: readonly Amount[], currency: string): Amount => ({
  amount_minor: amounts.reduce((sum, { amount_minor }) => sum + amount_minor, 0),
  currency,
});
