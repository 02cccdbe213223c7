import type { components } from "@/generated/api";
import { moneyText, parseMoney } from "@/ui/money";

type Invoice = components["schemas"]["InvoiceSummary"];
type NewAllocation = components["schemas"]["NewAllocation"];

/** What a user has typed for an invoice; nothing before the first press. */
export interface AllocationValues {
  amount?: string;
  cash_discount?: string;
}

/** By the identity of the invoice. */
export type Allocated = Record<string, AllocationValues>;

/** Whether money of a direction settles an invoice: a credit note is paid the other way round. */
export const isSettledBy = (direction: "received" | "sent", { direction: of, kind }: Pick<Invoice, "direction" | "kind">): boolean =>
  (of === "receivable") === (kind !== "credit_note") ? direction === "received" : direction === "sent";

/** The open amounts in the order of their due dates, settled by an amount as far as it goes. In minor units. */
export function distribute(amount: number, invoices: readonly Pick<Invoice, "id" | "due_on" | "open">[]): Map<string, number> {
  const inOrder = [...invoices].sort((one, other) => ((one.due_on ?? "9") < (other.due_on ?? "9") ? -1 : 1));
  let rest = amount;
  return new Map(
    inOrder.map(({ id, open }) => {
      const part = Math.max(0, Math.min(rest, open.amount_minor));
      rest -= part;
      return [id, part];
    }),
  );
}

/** The sum of the amounts in minor units, without cash discounts. An amount that is no amount counts as none. */
export const allocatedSum = (allocated: Allocated, currency: string): number =>
  Object.values(allocated).reduce((sum, { amount }) => sum + (parseMoney(amount ?? "", currency)?.amount_minor ?? 0), 0);

/** The allocations as the API takes them. Without an amount there is a cash discount alone. */
export function allocationBodies(allocated: Allocated, currency: string): NewAllocation[] {
  return Object.entries(allocated).flatMap(([invoice_id, typed]) => {
    const amount = parseMoney(typed.amount ?? "", currency);
    const discount = parseMoney(typed.cash_discount ?? "", currency);
    if (!amount?.amount_minor && !discount?.amount_minor) return [];
    return [{
      invoice_id,
      amount: amount ?? { amount_minor: 0, currency },
      ...(discount?.amount_minor ? { cash_discount: discount } : {}),
    }];
  });
}

/** An amount in a field; nothing for none. */
export const amountText = (amount_minor: number, currency: string): string =>
  amount_minor === 0 ? "" : moneyText({ amount_minor, currency });

/** The best cash discount of an invoice that is paid on a day, in minor units, as its terms have it. */
export function cashDiscountOn(day: string, { issued_on, discounts, totals }: Pick<Invoice, "issued_on" | "discounts" | "totals">): number {
  if (!issued_on || !day) return 0;
  const days = Math.round((Date.parse(day) - Date.parse(issued_on)) / 86_400_000);
  const best = Math.max(0, ...discounts.filter((terms) => days <= terms.days).map((terms) => terms.rate_basis_points));
  const payable = BigInt(totals.due.amount_minor - totals.retained.amount_minor);
  return Number((payable * BigInt(best) + 5_000n) / 10_000n);
}
