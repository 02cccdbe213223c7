import { amountOf } from "@/business/lines";
import { parsePercent } from "@/business/numbers";
import { type Entry, PricingError, total, type Totals } from "@/business/pricing";
import type { VatValues } from "@/business/vat-values";
import type { components } from "@/generated/api";
import { parseMoney } from "@/ui/money";
import type { InvoiceValues } from "./invoice-values";

type InvoiceTotals = components["schemas"]["InvoiceTotals"];

export interface DraftTotals {
  totals?: InvoiceTotals;
  /** How many lines and adjustments are not complete; they do not count. */
  incomplete: number;
  /** The code of the server's refusal. */
  error?: string;
}

type Priced = Pick<InvoiceValues, "currency" | "price_mode" | "kind" | "cash_unit_minor" | "retention_basis_points" | "lines" | "adjustments">;

/** What a draft adds up to while it is typed. `prepaid` is what the record deducts, in minor units. */
export function draftTotals(values: Priced, prepaid: number): DraftTotals {
  try {
    const lines = values.lines.map((line): Entry | undefined => {
      const vat = vatOf(line.vat);
      const amount = amountOf(line, values.currency);
      return vat && amount !== undefined ? { kind: "line", amount, vat } : undefined;
    });
    const adjustments = values.adjustments.map(({ type, amount, vat: typed }): Entry | undefined => {
      const vat = vatOf(typed);
      const money = parseMoney(amount, values.currency);
      return vat && money ? { kind: type, amount: BigInt(money.amount_minor), vat } : undefined;
    });
    const all = [...lines, ...adjustments];
    const entries = all.filter((entry) => entry !== undefined);
    const { totals } = total(values.price_mode, entries, {
      prepaid: BigInt(prepaid),
      // A credit note rounds nothing to cash.
      cashUnit: values.kind === "credit_note" ? 1 : values.cash_unit_minor || 1,
      retention: parsePercent(values.retention_basis_points) ?? 0,
    });
    return { totals: inCurrency(totals, values.currency), incomplete: all.length - entries.length };
  } catch (error) {
    if (error instanceof PricingError) return { incomplete: 0, error: error.code };
    throw error;
  }
}

/** Only S has a rate, and needs one. */
function vatOf({ category, rate_basis_points }: VatValues): Entry["vat"] | undefined {
  if (category !== "S") return { category, rate: 0 };
  const rate = parsePercent(rate_basis_points);
  return rate ? { category, rate } : undefined;
}

function inCurrency(totals: Totals, currency: string): InvoiceTotals {
  const money = (amount: bigint) => ({ amount_minor: Number(amount), currency });
  const { vat, ...sums } = totals;
  return {
    ...(Object.fromEntries(Object.entries(sums).map(([name, amount]) => [name, money(amount)])) as Omit<InvoiceTotals, "vat">),
    vat: vat.map(({ vat: { category, rate }, net, tax }) => ({ category, rate_basis_points: rate, net: money(net), tax: money(tax) })),
  };
}
