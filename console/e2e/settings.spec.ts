import { expect, expectAccessible, open, test } from "./support";

const TABS = ["general", "seller", "accounting", "dunning", "policies", "usage", "sign_on", "support", "data"];

test("each part of the settings is accessible", async ({ signedIn: page }) => {
  for (const tab of TABS) {
    await open(page, `/organization?tab=${tab}`);
    await expect(page.getByRole("tabpanel")).toBeVisible();
    await expect(page.getByRole("status", { name: "Loading" })).toHaveCount(0);
    await expectAccessible(page);
  }
});

test("the seller's data are changed, and one value is cleared again", async ({ signedIn: page, owner }) => {
  await open(page, "/organization?tab=seller");
  await page.getByLabel("Legal name").fill("Hafenbau GmbH");
  await page.getByLabel("City").fill("Kiel");
  await page.getByLabel("Street").fill("Kai 1");
  await page.getByLabel("Managing directors").fill("Ada Lovelace\nGrace Hopper");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved")).toBeVisible();
  await page.getByLabel("Street").fill("");
  await page.getByRole("button", { name: "Save" }).click();
  type Stored = { settings: { seller: { managing_directors: string[]; address: { city: string; street: string | null } } } };
  await expect.poll(async () => ((await owner.api("GET", "/organization")) as Stored).settings.seller.address).toMatchObject({ city: "Kiel", street: null });
  const { settings }: Stored = await owner.api("GET", "/organization");
  expect(settings.seller.managing_directors).toEqual(["Ada Lovelace", "Grace Hopper"]);
});

test("a level of dunning with a fee is added", async ({ signedIn: page, owner }) => {
  await open(page, "/organization?tab=dunning");
  await page.getByLabel("Fee (EUR)").first().fill("5.50");
  await page.getByLabel("Least amount (EUR)").fill("10");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved")).toBeVisible();
  type Stored = { settings: { dunning: { minimum: object; levels: { fee: object }[] } } };
  const { settings }: Stored = await owner.api("GET", "/organization");
  expect(settings.dunning.levels[0]?.fee).toEqual({ amount_minor: 550, currency: "EUR" });
  expect(settings.dunning.minimum).toEqual({ amount_minor: 1000, currency: "EUR" });
});

test("a domain is claimed, and is not proven without its TXT record", async ({ signedIn: page, owner }) => {
  await open(page, "/organization?tab=sign_on");
  await page.getByRole("button", { name: "Claim a domain" }).click();
  await page.getByRole("textbox", { name: "Domain" }).fill(`${owner.slug}.example.org`);
  await page.getByRole("dialog").getByRole("button", { name: "Claim a domain" }).click();
  await page.getByRole("button", { name: `Prove: ${owner.slug}.example.org` }).click();
  await expect(page.getByText(`_plinth-challenge.${owner.slug}.example.org`)).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("dialog").getByRole("button", { name: "Prove" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
});

test("support access is allowed and taken back", async ({ signedIn: page }) => {
  await open(page, "/organization?tab=support");
  await page.getByRole("button", { name: "Allow support access" }).click();
  await page.getByLabel("Reason").fill("The import fails");
  await page.getByLabel("For").selectOption("168 hours");
  await page.getByRole("dialog").getByRole("button", { name: "Allow support access" }).click();
  await expect(page.getByText("The import fails")).toBeVisible();
  await page.getByRole("button", { name: "Take the consent back" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Take the consent back" }).click();
  await expect(page.getByText("No operator can work here")).toBeVisible();
});

test("an export is made and downloaded, and the organization is removed", async ({ signedIn: page, owner }) => {
  await open(page, "/organization?tab=data");
  await page.getByRole("button", { name: "Make an export" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Make an export" }).click();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download" }).click({ timeout: 30_000 });
  expect((await download).suggestedFilename()).toMatch(/\.zip$/);

  await page.getByRole("button", { name: "Remove the organization" }).click();
  await page.getByLabel(/Type the short name/).fill(owner.slug);
  await expectAccessible(page);
  await page.getByRole("dialog").getByRole("button", { name: "Remove the organization" }).click();
  await expect(page.getByText("The data is removed on")).toBeVisible();
});
