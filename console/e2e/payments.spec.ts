import { choose, completeSeller, createParty, issueInvoice } from "./business";
import { expect, expectAccessible, HOSTILE, open, test } from "./support";

test("a payment settles invoices, its credit is paid back, and it is reversed", async ({ owner, signedIn: page }) => {
  await completeSeller(owner);
  const party = await createParty(owner, HOSTILE[0]);
  const { id } = await issueInvoice(owner, party);
  await open(page, "/payments");
  await expect(page.getByRole("heading", { name: "No payments yet" })).toBeVisible();
  await page.getByRole("link", { name: "Record a payment" }).first().click();
  await choose(page, "Party", HOSTILE[0]);
  await page.getByLabel("Amount (EUR) *").fill("130");
  await page.getByLabel("Reference").fill(HOSTILE[1]);
  await page.getByRole("button", { name: "Distribute, oldest first" }).click();
  await expect(page.getByText("Rest: a credit of the party €11.00")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Record the payment" }).click();
  await expect(page.getByRole("heading", { name: HOSTILE[1] })).toBeVisible();
  await expect(page.getByText("€119.00").first()).toBeVisible();
  await expectAccessible(page);
  const recorded = page.url();

  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Pay the credit back" }).click();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Record the refund" }).click();
  await expect(page.getByText("Refund", { exact: true })).toBeVisible();

  // The problem of a refused reversal is shown where it happened.
  await page.goto(recorded);
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Reverse the payment" }).click();
  await page.getByRole("button", { name: "Reverse", exact: true }).click();
  await expect(page.getByRole("dialog").getByRole("alert")).toContainText("Request");
  await open(page, `/invoices/${id}?tab=settled`);
  await expect(page.getByText("Paid", { exact: true })).toBeVisible();
});

test("a payment without a refund is reversed as a whole", async ({ owner, signedIn: page }) => {
  await completeSeller(owner);
  const { id } = await issueInvoice(owner, await createParty(owner, "Pier"));
  await open(page, `/invoices/${id}`);
  await page.getByRole("button", { name: "Record a payment" }).click();
  await page.getByRole("button", { name: "Record the payment" }).click();
  await expect(page.getByText("Recorded", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Reverse the payment" }).click();
  await page.getByRole("button", { name: "Reverse", exact: true }).click();
  await expect(page.getByText("Reversal", { exact: true })).toBeVisible();
  await open(page, `/invoices/${id}`);
  await expect(page.getByText("Issued", { exact: true })).toBeVisible();
});
