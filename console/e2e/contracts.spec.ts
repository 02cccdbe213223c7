import { choose, createParty } from "./business";
import { expect, expectAccessible, HOSTILE, open, test } from "./support";

test("a contract is agreed, activated, amended, and completed", async ({ owner, signedIn: page }) => {
  await createParty(owner, "Port Authority");
  await open(page, "/contracts");
  await expect(page.getByRole("heading", { name: "No contracts yet" })).toBeVisible();
  await page.getByRole("link", { name: "Create a contract" }).first().click();
  await page.getByLabel("Title *").fill(HOSTILE[0]);
  await choose(page, "Party", "Port Authority");
  await page.getByLabel("Text *").fill(HOSTILE[1]);
  await page.getByLabel("Quantity *").fill("12,5");
  await page.getByLabel("Price (EUR) *").fill("98.40");
  await page.getByLabel("Rate (%)").fill("19");
  await expect(page.getByText("€1,230.00").first()).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await expect(page.getByRole("heading", { name: HOSTILE[0] })).toBeVisible();
  await expect(page.getByText("Draft", { exact: true })).toBeVisible();
  await expectAccessible(page);

  await page.getByRole("button", { name: "Activate" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Activate" }).click();
  await expect(page.getByText("Active", { exact: true })).toBeVisible();

  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Add an amendment" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Title *").fill("More piles");
  await dialog.getByLabel("Text *").fill("Piles");
  await dialog.getByLabel("Price (EUR) *").fill("70");
  await dialog.getByLabel("Rate (%)").fill("19");
  await dialog.getByRole("button", { name: "Add the amendment" }).click();
  await expect(page.getByText("€1,300.00").first()).toBeVisible();
  await page.getByRole("tab", { name: "Balance" }).click();
  await expect(page.getByRole("region", { name: "Balance by position" })).toBeVisible();
  await expectAccessible(page);

  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Complete" }).click();
  await page.getByRole("button", { name: "Complete" }).click();
  await expect(page.getByText("Completed", { exact: true })).toBeVisible();
});
