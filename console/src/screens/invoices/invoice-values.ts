import { type LineValues, lineBody, lineValues } from "@/business/lines";
import { parsePercent, percentText } from "@/business/numbers";
import { vatBody, type VatValues, vatValues } from "@/business/vat-values";
import type { components } from "@/generated/api";
import { moneyText, parseMoney } from "@/ui/money";

export type Invoice = components["schemas"]["Invoice"];

const TEXTS = [
  "party_id", "currency", "kind", "price_mode", "contract_id", "project_id", "language", "issued_on", "due_on", "booked_on", "service_from",
  "service_until", "supplier_number", "purchase_order", "buyer_reference", "note",
] as const;

export interface AdjustmentValues {
  type: "allowance" | "charge";
  amount: string;
  reason: string;
  vat: VatValues;
}

export interface DiscountValues {
  days: number;
  rate_basis_points: string;
}

export type InvoiceValues = Record<(typeof TEXTS)[number], string> & {
  direction: Invoice["direction"];
  price_mode: Invoice["price_mode"];
  payment_terms_days: number | "";
  cash_unit_minor: number;
  /** A percentage; empty for that of the contract. */
  retention_basis_points: string;
  allow_over_billing: boolean;
  lines: LineValues[];
  adjustments: AdjustmentValues[];
  discounts: DiscountValues[];
  attachments: { document_id: string }[];
};

/** The fields that a change of a draft can state. */
export const INVOICE_FIELDS = [
  ...TEXTS, "payment_terms_days", "cash_unit_minor", "retention_basis_points", "allow_over_billing", "lines", "adjustments", "discounts", "attachments",
] as const;

/** The fields whose change has stated amounts calculated anew. */
export const PRICED = ["lines", "adjustments", "currency", "price_mode", "cash_unit_minor", "retention_basis_points"] as const;

export const invoiceValues = (invoice: Partial<Invoice>): InvoiceValues => ({
  ...(Object.fromEntries(TEXTS.map((name) => [name, invoice[name] ?? ""])) as Record<(typeof TEXTS)[number], string>),
  direction: invoice.direction ?? "receivable",
  kind: invoice.kind ?? "standard",
  price_mode: invoice.price_mode ?? "net",
  payment_terms_days: invoice.payment_terms_days ?? "",
  cash_unit_minor: invoice.cash_unit_minor || 1,
  retention_basis_points: invoice.retention_basis_points === undefined ? "" : percentText(invoice.retention_basis_points),
  allow_over_billing: invoice.allow_over_billing ?? false,
  lines: (invoice.lines ?? []).map(lineValues),
  adjustments: (invoice.adjustments ?? []).map(({ type, amount, reason, vat }) => ({ type, amount: moneyText(amount), reason, vat: vatValues(vat) })),
  discounts: (invoice.discounts ?? []).map(({ days, rate_basis_points }) => ({ days, rate_basis_points: percentText(rate_basis_points) })),
  attachments: (invoice.attachments ?? []).map(({ document_id }) => ({ document_id })),
});

/** All that the form states, in the form of the API; `null` is an empty field. */
export function invoiceBody(values: InvoiceValues) {
  const { currency, retention_basis_points } = values;
  return {
    ...(Object.fromEntries(TEXTS.map((name) => [name, values[name].trim() || null])) as Record<(typeof TEXTS)[number], string | null>),
    payment_terms_days: typeof values.payment_terms_days === "number" && !Number.isNaN(values.payment_terms_days) ? values.payment_terms_days : null,
    cash_unit_minor: values.cash_unit_minor || 1,
    retention_basis_points: retention_basis_points.trim() === "" ? null : (parsePercent(retention_basis_points) ?? null),
    allow_over_billing: values.allow_over_billing,
    lines: values.lines.map((line) => lineBody(line, currency)),
    adjustments: values.adjustments.map(({ type, amount, reason, vat }) => ({
      type,
      amount: parseMoney(amount, currency) ?? { amount_minor: 0, currency },
      reason: reason.trim(),
      vat: vatBody(vat),
    })),
    discounts: values.discounts.map(({ days, rate_basis_points }) => ({ days, rate_basis_points: parsePercent(rate_basis_points) ?? 0 })),
    attachments: values.attachments.map(({ document_id }) => document_id).filter(Boolean),
  };
}

/** The body of a creation: without empty fields and lists. */
export function newInvoice(values: InvoiceValues): components["schemas"]["NewInvoice"] {
  const stated = Object.entries(invoiceBody(values)).filter(([, value]) => value !== null && !(Array.isArray(value) && value.length === 0));
  return { ...Object.fromEntries(stated), direction: values.direction } as components["schemas"]["NewInvoice"];
}

/** What a change of a draft states. A credit note keeps its kind, and a retention that was emptied is none. */
export function draftFields(values: InvoiceValues) {
  const { kind, ...body } = invoiceBody(values);
  return { ...body, retention_basis_points: body.retention_basis_points ?? 0, ...(kind === "credit_note" ? {} : { kind }) };
}
