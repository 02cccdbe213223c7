import { isSettledBy } from "@/business/allocations";
import type { Invoice } from "./invoice-values";

/** The address of the form that records the payment of an invoice: of what is due now, without what is retained. */
export function paymentOf(invoice: Invoice): Record<string, string> {
  const { id, party_id, currency, open, totals } = invoice;
  const now = open.amount_minor - totals.retained.amount_minor;
  return {
    party_id,
    currency,
    invoice_id: id,
    amount: String(now > 0 ? now : open.amount_minor),
    direction: isSettledBy("received", invoice) ? "received" : "sent",
  };
}
