import { type LineValues, lineBody, lineValues } from "@/business/lines";
import type { components } from "@/generated/api";
import type { Invoice } from "./invoice-values";

/** A line of an invoice in the form of a credit note. */
export type CreditedLine = LineValues & { isCredited: boolean };

export const creditedLines = (invoice: Invoice): CreditedLine[] =>
  invoice.lines.map((line) => ({ ...lineValues(line), isCredited: false }));

/** The body of a credit note: of all lines without a list, or of those that were chosen. */
export const creditBody = (isWhole: boolean, lines: readonly CreditedLine[], currency: string): components["schemas"]["NewCreditNote"] =>
  isWhole ? {} : { lines: lines.filter(({ isCredited }) => isCredited).map(({ isCredited: _, ...line }) => lineBody(line, currency)) };
