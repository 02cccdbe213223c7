import type { Page } from "@playwright/test";
import { expect, type Owner } from "./support";

export interface Invoice {
  id: string;
  version: number;
  number: string;
}

const day = (back: number) => new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10);

/** Gives the organization what it needs to issue invoices, and further settings. */
export async function completeSeller(owner: Owner, settings: object = {}): Promise<void> {
  const seller = {
    legal_name: "Harbour Works GmbH",
    address: { street: "Kai 1", postal_code: "20457", city: "Hamburg", country: "DE" },
    vat_id: "DE136695976",
    contact: { name: "Ada Lovelace", email: "ada@example.com", phone: "+49 40 1" },
    bank_account: { iban: "DE02120300000000202051" },
  };
  await owner.api("PATCH", "/organization", { settings: { default_currency: "EUR", seller, ...settings } });
}

export const createParty = async (owner: Owner, name: string): Promise<string> => {
  const address = { street: "Pier 2", postal_code: "20457", city: "Hamburg", country: "DE" };
  return ((await owner.api("POST", "/parties", { name, role: "both", address, contact: { email: "pier@example.com" } })) as { id: string }).id;
};

const LINE = { text: "Survey", quantity: "1", unit: "C62", unit_price: "100.00", vat: { category: "S", rate_basis_points: 1900 } };

/** An issued invoice of 119.00 EUR, some days old. */
export async function issueInvoice(owner: Owner, partyId: string, daysOld = 0, termDays = 14): Promise<Invoice> {
  const draft = (await owner.api("POST", "/invoices", {
    party_id: partyId,
    currency: "EUR",
    issued_on: day(daysOld),
    service_from: day(daysOld),
    service_until: day(daysOld),
    payment_terms_days: termDays,
    lines: [LINE],
  })) as Invoice;
  return owner.api("POST", `/invoices/${draft.id}/issue`) as Promise<Invoice>;
}

/** Chooses a record by its name in a field. */
export async function choose(page: Page, label: string, name: string): Promise<void> {
  const field = page.getByRole("combobox", { name: label });
  await field.click();
  await field.fill(name);
  await page.getByRole("option", { name }).click();
}

/** Chooses an action of the menu of a record. */
export async function act(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name, exact: true }).click();
}

/** Presses the button of a dialog, which is gone afterwards. */
export async function confirm(page: Page, name: string): Promise<void> {
  await page.getByRole("dialog").getByRole("button", { name, exact: true }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
}
