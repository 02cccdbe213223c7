import { expect, expectAccessible, HOSTILE, open, test } from "./support";

test("the search finds records of all kinds, and the palette leads to it", async ({ signedIn: page, owner }) => {
  await owner.api("POST", "/projects", { code: "HRB-7", name: `Harbour ${HOSTILE[0]}` });
  await open(page, "/search");
  await expect(page.getByRole("heading", { name: "Search in all records" })).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("Control+k");
  const palette = page.getByRole("dialog");
  await palette.getByRole("combobox").fill("harbour");
  await palette.getByRole("option", { name: /Search everything/ }).click();
  await expect(page).toHaveURL(/\/search\?q=harbour/);
  await expect(page.locator("mark").first()).toHaveText("Harbour");
  await expect(page.getByText("1 record found.")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("main").getByRole("link", { name: /Harbour/ }).click();
  await expect(page.getByRole("heading", { level: 1, name: `Harbour ${HOSTILE[0]}` })).toBeVisible();
});
