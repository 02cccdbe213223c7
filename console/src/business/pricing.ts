/**
 * What the server calculates of a draft (`crates/domain/src/pricing`), for the totals that are shown while
 * a user types. Amounts are whole minor units. Each value is rounded once, half away from zero.
 */
import type { components } from "@/generated/api";
import { decimalsOf } from "@/ui/money";

export type PriceMode = components["schemas"]["PriceMode"];
export type VatCategory = components["schemas"]["VatCategory"];

export interface Vat {
  category: VatCategory;
  /** In hundredths of a percent. */
  rate: number;
}

/** A discount of a line: a part of its amount in hundredths of a percent, or an amount in minor units. */
export type LineDiscount = { rate: number } | { amount: bigint };

export interface Entry {
  kind: "line" | "allowance" | "charge";
  /** In minor units, with or without VAT as the price mode says. */
  amount: bigint;
  vat: Vat;
}

export interface Extras {
  /** What is deducted, in minor units. */
  prepaid: bigint;
  /** The smallest unit of cash in minor units; 1 rounds nothing. */
  cashUnit: number;
  /** The part of the amount due that is retained, in hundredths of a percent. */
  retention: number;
}

export interface VatRow {
  vat: Vat;
  net: bigint;
  tax: bigint;
}

export interface Totals {
  lines: bigint;
  allowances: bigint;
  charges: bigint;
  net: bigint;
  vat: VatRow[];
  tax: bigint;
  gross: bigint;
  prepaid: bigint;
  rounding: bigint;
  due: bigint;
  retained: bigint;
}

/** The code of the server's refusal. */
export class PricingError extends Error {
  constructor(readonly code: "amount.overflow" | "discount.too_large") {
    super(code);
  }
}

const MOST = 9_000_000_000_000_000n;
const WHOLE = 10_000n;
const MILLION = 1_000_000n;
const CATEGORIES: readonly VatCategory[] = ["S", "Z", "E", "AE", "K", "G", "O"];

const size = (value: bigint): bigint => (value < 0n ? -value : value);
const sign = (value: bigint): bigint => (value < 0n ? -1n : value > 0n ? 1n : 0n);

/** `numerator / denominator`, half away from zero. */
export function rounded(numerator: bigint, denominator: bigint): bigint {
  const rest = size(numerator % denominator);
  return numerator / denominator + (2n * rest >= denominator ? sign(numerator) : 0n);
}

function inRange(amount: bigint): bigint {
  if (size(amount) > MOST) throw new PricingError("amount.overflow");
  return amount;
}

const DECIMAL = /^(-?)(\d{1,12})(?:\.(\d{1,6}))?$/;

/** A quantity or a price in millionths; none if the text is no decimal of the API. */
export function millionths(text: string): bigint | undefined {
  const [, minus, whole, places = ""] = DECIMAL.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const value = BigInt(whole) * MILLION + BigInt(places.padEnd(6, "0"));
  return minus ? -value : value;
}

const part = (amount: bigint, rate: number): bigint => rounded(amount * BigInt(rate), WHOLE);

/** The tax in an amount that contains it. */
const contained = (amount: bigint, { rate }: Vat): bigint => rounded(amount * BigInt(rate), WHOLE + BigInt(rate));

/** The amount of a line in minor units, less its discount. Quantity and price are in millionths. */
export function lineAmount(quantity: bigint, price: bigint, discount: LineDiscount | undefined, currency: string): bigint {
  const exact = quantity * price;
  const minor = (MILLION * MILLION) / 10n ** BigInt(decimalsOf(currency));
  const full = rounded(exact, minor);
  const taken = discountOf(exact, full, minor, discount);
  if (size(taken) > size(full)) throw new PricingError("discount.too_large");
  return inRange(full - taken);
}

function discountOf(exact: bigint, full: bigint, minor: bigint, discount: LineDiscount | undefined): bigint {
  if (!discount) return 0n;
  if ("rate" in discount) return rounded(exact * BigInt(discount.rate), minor * WHOLE);
  return discount.amount * sign(full);
}

const taxable = (mode: PriceMode, sum: bigint, vat: Vat): bigint => (mode === "net" ? sum : sum - contained(sum, vat));

/** Adds up a document: the net amount of each entry in their order, and the totals. */
export function total(mode: PriceMode, entries: readonly Entry[], extras: Extras): { nets: bigint[]; totals: Totals } {
  const sums = new Map<string, { vat: Vat; sum: bigint }>();
  const nets = entries.map(({ kind, amount, vat }) => {
    const key = `${vat.category} ${vat.rate}`;
    const row = sums.get(key) ?? { vat, sum: 0n };
    sums.set(key, row);
    const factor = kind === "allowance" ? -1n : 1n;
    const before = taxable(mode, row.sum, vat);
    row.sum += factor * amount;
    return inRange(mode === "net" ? amount : factor * (taxable(mode, row.sum, vat) - before));
  });
  const vat = [...sums.values()].sort(inOrder).map(({ vat: of, sum }) => vatRow(mode, of, sum));
  const sumOf = (kind: Entry["kind"]) =>
    inRange(entries.reduce((sum, entry, index) => sum + (entry.kind === kind ? (nets[index] ?? 0n) : 0n), 0n));
  const [lines, allowances, charges] = [sumOf("line"), sumOf("allowance"), sumOf("charge")];
  const net = inRange(lines - allowances + charges);
  const tax = inRange(vat.reduce((sum, row) => sum + row.tax, 0n));
  const gross = inRange(net + tax);
  const open = inRange(gross - extras.prepaid);
  const unit = BigInt(Math.max(extras.cashUnit, 1));
  const due = inRange(rounded(open, unit) * unit);
  const retained = part(due > 0n ? due : 0n, extras.retention);
  return {
    nets,
    totals: { lines, allowances, charges, net, vat, tax, gross, prepaid: extras.prepaid, rounding: due - open, due, retained },
  };
}

const inOrder = (one: { vat: Vat }, other: { vat: Vat }): number =>
  CATEGORIES.indexOf(one.vat.category) - CATEGORIES.indexOf(other.vat.category) || one.vat.rate - other.vat.rate;

function vatRow(mode: PriceMode, vat: Vat, sum: bigint): VatRow {
  const net = inRange(taxable(mode, sum, vat));
  return { vat, net, tax: mode === "net" ? part(net, vat.rate) : inRange(contained(sum, vat)) };
}
