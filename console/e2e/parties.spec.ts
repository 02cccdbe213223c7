import { expect, expectAccessible, HOSTILE, open, test } from "./support";

test("a party is created with a hostile name, changed, and archived", async ({ signedIn: page }) => {
  await open(page, "/parties");
  await expect(page.getByRole("heading", { name: "No parties yet" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Create a party" }).first().click();
  await page.getByLabel("Name *").fill(HOSTILE[0]);
  await page.getByLabel("City").fill("Hamburg");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await expect(page.getByRole("heading", { name: HOSTILE[0] })).toBeVisible();
  await expectAccessible(page);

  await page.getByRole("button", { name: "Edit" }).click();
  await page.getByLabel("City").fill("");
  await page.getByLabel("Street").fill(HOSTILE[1]);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText(HOSTILE[1])).toBeVisible();
  await expect(page.getByText("Hamburg")).toHaveCount(0);

  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Archive" }).click();
  await page.getByRole("button", { name: "Archive" }).click();
  await expect(page.getByText("Archived", { exact: true })).toBeVisible();
});

test("a table with a fault creates nothing, and one without creates its parties", async ({ signedIn: page }) => {
  await open(page, "/parties?dialog=import");
  const table = (content: string) => ({ name: "parties.csv", mimeType: "text/csv", buffer: Buffer.from(content) });
  await page.locator("input[type=file]").setInputFiles(table("name,role\nPier,unknown\n"));
  await expect(page.getByRole("region", { name: "Faults of the table" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Create the parties" })).toBeDisabled();
  await expectAccessible(page);
  await page.locator("input[type=file]").setInputFiles(table(`name,role\nPier,customer\n${HOSTILE[0]},supplier\n`));
  await page.getByRole("button", { name: "Create the parties" }).click();
  await expect(page.getByRole("link", { name: HOSTILE[0] })).toBeVisible();
  await expect(page.getByRole("link", { name: "Pier" })).toBeVisible();
});
