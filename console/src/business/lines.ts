import type { components } from "@/generated/api";
import { decimalText, discountText, parseDiscount } from "./numbers";
import { type LineDiscount, lineAmount, millionths } from "./pricing";
import { vatBody, type VatValues, vatValues } from "./vat-values";

type NewLine = components["schemas"]["NewLine"];
type Line = Omit<components["schemas"]["InvoiceLine"], "net" | "discount_amount" | "position">;

/** A line of an invoice, or a position of a contract, in a form. */
export interface LineValues {
  text: string;
  quantity: string;
  unit: string;
  unit_price: string;
  discount: string;
  vat: VatValues;
  contract_position: string;
}

export const newLine = (vat: VatValues): LineValues => ({
  text: "",
  quantity: "1",
  unit: "C62",
  unit_price: "",
  discount: "",
  vat,
  contract_position: "",
});

export const lineValues = (line: Line): LineValues => ({
  text: line.text,
  quantity: line.quantity,
  unit: line.unit,
  unit_price: line.unit_price,
  discount: discountText(line.discount),
  vat: vatValues(line.vat),
  contract_position: line.contract_position == null ? "" : String(line.contract_position),
});

export function lineBody(line: LineValues, currency: string): NewLine {
  const discount = parseDiscount(line.discount, currency);
  return {
    text: line.text.trim(),
    quantity: decimalText(line.quantity),
    unit: line.unit,
    unit_price: decimalText(line.unit_price),
    vat: vatBody(line.vat),
    ...(discount ? { discount } : {}),
    ...(line.contract_position ? { contract_position: Number(line.contract_position) } : {}),
  };
}

/** The amount of a line in minor units; none while it is not complete. Throws a `PricingError`. */
export function amountOf(line: LineValues, currency: string): bigint | undefined {
  const quantity = millionths(decimalText(line.quantity));
  const price = millionths(decimalText(line.unit_price));
  if (quantity === undefined || price === undefined || price < 0n) return undefined;
  const typed = line.discount.trim();
  const given = typed ? parseDiscount(typed, currency) : undefined;
  if (typed && !given) return undefined;
  return lineAmount(quantity, price, discountOf(given), currency);
}

function discountOf(given: ReturnType<typeof parseDiscount>): LineDiscount | undefined {
  if (given?.rate_basis_points != null) return { rate: given.rate_basis_points };
  return given?.amount ? { amount: BigInt(given.amount.amount_minor) } : undefined;
}
