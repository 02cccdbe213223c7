import { act, choose, completeSeller, confirm, createParty, issueInvoice } from "./business";
import { expect, expectAccessible, open, test } from "./support";

test("a draft of a contract is edited, an active one is invoiced and terminated", async ({ owner, signedIn: page }) => {
  await completeSeller(owner);
  const party_id = await createParty(owner, "Port Authority");
  const position = { text: "Quay", quantity: "10", unit: "MTR", unit_price: "100", vat: { category: "S", rate_basis_points: 1900 } };
  const body = { title: "Quay wall", role: "sale", currency: "EUR", party_id, positions: [position] };
  const { id } = (await owner.api("POST", "/contracts", body)) as { id: string };
  await open(page, `/contracts/${id}/edit`);
  await page.getByLabel("Quantity *").fill("12");
  await page.getByLabel("Retention (%)").fill("5");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("€1,200.00").first()).toBeVisible();
  await page.getByRole("button", { name: "Activate" }).click();
  await confirm(page, "Activate");

  await page.getByRole("button", { name: "Invoice it" }).click();
  await page.getByRole("button", { name: "Add the positions of the contract" }).click();
  await page.getByLabel("Quantity *").fill("6");
  // 5 % of 714.00 EUR, before the server has said it.
  await expect(page.getByText("€35.70")).toBeVisible();
  await page.getByLabel("Supply from").fill("2026-01-05");
  await page.getByLabel("Supply until").fill("2026-01-06");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Save the draft" }).click();
  await expect(page.getByText("Retained of it")).toBeVisible();
  await expect(page.getByText("Partial invoice", { exact: true })).toBeVisible();

  await open(page, `/contracts/${id}`);
  await act(page, "Terminate");
  await page.getByLabel("Reason *").fill("No money");
  await expectAccessible(page);
  await confirm(page, "Terminate");
  await expect(page.getByText("Terminated", { exact: true })).toBeVisible();
});

test("the credit of a payment is allocated later, and its reference is changed", async ({ owner, signedIn: page }) => {
  await completeSeller(owner);
  const party_id = await createParty(owner, "Port Authority");
  await issueInvoice(owner, party_id);
  const amount = { amount_minor: 15_000, currency: "EUR" };
  const received_on = new Date().toISOString().slice(0, 10);
  const payment = (await owner.api("POST", "/payments", { direction: "received", method: "cash", received_on, amount, party_id })) as { id: string };
  await open(page, `/payments/${payment.id}`);
  await page.getByRole("button", { name: "Allocate the credit" }).click();
  await page.getByRole("button", { name: "Distribute, oldest first" }).click();
  await expectAccessible(page);
  await confirm(page, "Allocate");
  await expect(page.getByText("€31.00")).toBeVisible();
  await page.getByRole("button", { name: "Edit", exact: true }).click();
  await page.getByLabel("Reference").fill("R-1");
  await confirm(page, "Save");
  await expect(page.getByRole("heading", { name: "R-1" })).toBeVisible();
});

test("an exempt line needs a reason, and the server's fault is at its field", async ({ owner, signedIn: page }) => {
  await createParty(owner, "Port Authority");
  await open(page, "/invoices/new");
  await choose(page, "Party", "Port Authority");
  await page.getByLabel("Text *").fill("Lesson");
  await page.getByLabel("Price (EUR) *").fill("10");
  await page.getByLabel("VAT *").selectOption("E");
  await page.getByRole("button", { name: "Save the draft" }).click();
  await page.getByLabel("Reason").fill("§ 4 UStG");
  await page.getByLabel("Unit *").fill("???");
  await page.getByRole("button", { name: "Save the draft" }).click();
  await expect(page.getByText("This form is not allowed here.")).toBeVisible();
  await page.getByLabel("Unit *").fill("HUR");
  await page.getByLabel("Supply from").fill("2026-02-02");
  await page.getByLabel("Supply until").fill("2026-01-01");
  await page.getByRole("button", { name: "Save the draft" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "Request" })).toBeVisible();
  await page.getByLabel("Supply until").fill("2026-02-03");
  await page.getByRole("button", { name: "Save the draft" }).click();
  await expect(page.getByRole("heading", { name: "Draft", level: 1 })).toBeVisible();
});
