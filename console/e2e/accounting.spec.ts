import { completeSeller, createParty, issueInvoice } from "./business";
import { expect, expectAccessible, HOSTILE, open, test } from "./support";

test("entries and accounts are shown, parties get accounts, and DATEV gets a file", async ({ owner, signedIn: page }) => {
  await completeSeller(owner, { accounting: { chart: "skr03", consultant_number: 1001, client_number: 1 } });
  const { number } = await issueInvoice(owner, await createParty(owner, HOSTILE[0]));
  await open(page, "/accounting?tab=accounts");
  await expect(page.getByRole("cell", { name: "8400" }).first()).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Give accounts to parties" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Give accounts to parties" }).click();
  await expect(page.getByText("1 customers and 1 suppliers have got an account.")).toBeVisible();

  await page.getByRole("tab", { name: "Entries" }).click();
  await expect(page.getByRole("row", { name: new RegExp(number) })).toBeVisible();
  await expectAccessible(page);

  await page.getByRole("tab", { name: "DATEV" }).click();
  const today = new Date().toISOString().slice(0, 10);
  await page.getByLabel("From").fill(`${today.slice(0, 7)}-01`);
  await page.getByLabel("Until").fill(today);
  await expectAccessible(page);
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save the file" }).click();
  expect((await saved).suggestedFilename()).toMatch(/\.csv$/);
});
