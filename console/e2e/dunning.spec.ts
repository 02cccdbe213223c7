import { completeSeller, createParty, issueInvoice } from "./business";
import { expect, expectAccessible, HOSTILE, open, test } from "./support";

test("a run shows its notices first, makes them, and one is withdrawn", async ({ owner, signedIn: page }) => {
  await completeSeller(owner);
  const { id } = await issueInvoice(owner, await createParty(owner, HOSTILE[0]), 60);
  await open(page, "/dunning");
  await expect(page.getByRole("heading", { name: "No notices yet" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Run the dunning" }).first().click();
  await expect(page.getByRole("region", { name: "Notices that are made" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Make one notice" }).click();
  await page.getByRole("row", { name: /Holds/ }).getByRole("link").first().click();
  await expect(page.getByRole("heading", { name: /Level 1/ })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Withdraw" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Withdraw" }).click();
  await expect(page.getByText("Withdrawn", { exact: true })).toBeVisible();

  await open(page, `/invoices/${id}?tab=dunning`);
  await page.getByRole("button", { name: "Make this notice" }).click();
  await expect(page.getByRole("row", { name: /Holds/ })).toBeVisible();
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Do not dun" }).click();
  await page.getByRole("button", { name: "Do not dun" }).click();
  await expect(page.getByText("Not dunned", { exact: true })).toBeVisible();
});
