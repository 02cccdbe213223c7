import { parseMoney, moneyText } from "@/ui/money";
import type { components } from "@/generated/api";

type Discount = components["schemas"]["Discount"];

/** A number that was typed with a point or a comma for decimals, as the API takes it. */
export const decimalText = (typed: string): string => typed.trim().replace(",", ".");

/** Hundredths of a percent of a percentage that was typed: `19`, `7,7 %`; none if it is no percentage. */
export function parsePercent(typed: string): number | undefined {
  const [, whole, places = ""] = /^(\d{1,3})(?:\.(\d{1,2}))?$/.exec(decimalText(typed.replace("%", ""))) ?? [];
  return whole === undefined ? undefined : Number(whole) * 100 + Number(places.padEnd(2, "0"));
}

/** Hundredths of a percent in a text field: `7.7`. */
export const percentText = (points: number): string => String(points / 100);

/** The discount of a line that was typed: `5 %` of its amount, or an amount; none if it is neither. */
export function parseDiscount(typed: string, currency: string): Discount | undefined {
  if (typed.includes("%")) {
    const points = parsePercent(typed);
    return points === undefined ? undefined : { rate_basis_points: points };
  }
  const amount = parseMoney(typed, currency);
  return amount && { amount };
}

/** A discount in a text field. */
export function discountText(discount: Discount | null | undefined): string {
  if (discount?.rate_basis_points != null) return `${percentText(discount.rate_basis_points)} %`;
  return discount?.amount ? moneyText(discount.amount) : "";
}
