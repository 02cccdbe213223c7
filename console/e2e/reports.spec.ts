import { completeSeller, createParty, issueInvoice } from "./business";
import { expect, expectAccessible, HOSTILE, open, test } from "./support";

test("each report has a plot, the same numbers as a table, and a file", async ({ owner, signedIn: page }) => {
  await completeSeller(owner);
  await issueInvoice(owner, await createParty(owner, HOSTILE[0]));
  await open(page, "/reports");
  await expect(page.getByRole("img", { name: "Open amounts by age" })).toBeVisible();
  await expect(page.getByRole("link", { name: HOSTILE[0] })).toBeVisible();
  await expectAccessible(page);
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save as CSV" }).click();
  expect((await saved).suggestedFilename()).toBe("receivables.csv");

  for (const [tab, plot] of [["Revenue", "Revenue"], ["VAT", "VAT by rate"]] as const) {
    await page.getByRole("tab", { name: tab }).click();
    await expect(page.getByRole("img", { name: plot })).toBeVisible();
    await expectAccessible(page);
  }
  await page.getByRole("button", { name: "Save as a document" }).click();
  await expect(page.getByRole("link", { name: "Open it" })).toBeVisible({ timeout: 30_000 });
  await expectAccessible(page);
});

test("the finances of a project are a report, too", async ({ owner, signedIn: page }) => {
  const { id } = (await owner.api("POST", "/projects", { code: "HRB-7", name: HOSTILE[1] })) as { id: string };
  await completeSeller(owner);
  const party = await createParty(owner, "Pier");
  const line = { text: "x", quantity: "1", unit: "C62", unit_price: "10", vat: { category: "S", rate_basis_points: 1900 } };
  const body = { title: "Quay", role: "sale", party_id: party, project_id: id, currency: "EUR", positions: [line] };
  const { id: contract } = (await owner.api("POST", "/contracts", body)) as { id: string };
  await owner.api("POST", `/contracts/${contract}/activate`);
  await open(page, `/reports?tab=project&project_id=${id}`);
  await expect(page.getByRole("img", { name: "Finances of the project" })).toBeVisible();
  await expectAccessible(page);
});
