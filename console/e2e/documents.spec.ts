import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { expect, expectAccessible, HOSTILE, open, test } from "./support";

const FIXTURES = new URL("../../crates/adapters/inspect/tests/fixtures/", import.meta.url);
const fixture = (name: string) => ({ name, mimeType: "", buffer: readFileSync(new URL(name, FIXTURES)) });

const row = (page: Page, name: string) => page.getByRole("table").getByRole("row").filter({ hasText: name });

/** Uploads files, and waits until the events have said that they are inspected. */
async function upload(page: Page, ...names: string[]) {
  await open(page, "/documents");
  await page.getByLabel(/Drop files/).setInputFiles(names.map(fixture));
  for (const name of names) await expect(row(page, name)).toContainText("Ready", { timeout: 30_000 });
}

test("files are uploaded together, and their inspection is shown live", async ({ signedIn: page }) => {
  await open(page, "/documents");
  await expect(page.getByRole("heading", { name: "No documents yet" })).toBeVisible();
  await expectAccessible(page);
  await upload(page, "plan.pdf", "harbour.ifc", "turned.jpg");
  await expect(page.getByText("3 of 3 uploaded")).toBeVisible();
  await expectAccessible(page);

  await page.getByRole("button", { name: "Type" }).click();
  await page.getByRole("menuitemcheckbox", { name: "IFC model" }).click();
  await expect(row(page, "plan.pdf")).toHaveCount(0);
  await expect(row(page, "harbour.ifc")).toBeVisible();
});

test("a hostile name of a file is shown as text", async ({ signedIn: page }) => {
  const name = `${HOSTILE[0]}.txt`;
  await open(page, "/documents");
  await page.getByLabel(/Drop files/).setInputFiles({ name, mimeType: "text/plain", buffer: Buffer.from("text") });
  await row(page, name).getByRole("link").first().click();
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
});

test("a PDF, a picture and a model are previewed with what was found in them", async ({ signedIn: page }) => {
  await upload(page, "plan.pdf", "harbour.ifc", "turned.jpg");
  await row(page, "plan.pdf").getByRole("link", { name: "plan.pdf" }).click();
  await expect(page.getByTitle("Preview of plan.pdf")).toHaveAttribute("src", /^blob:/);
  await expectAccessible(page);
  await page.getByRole("tab", { name: "Text" }).click();
  await expect(page.getByRole("tabpanel")).toContainText(/\w+/);
  await expectAccessible(page);

  await page.getByRole("link", { name: "Documents" }).first().click();
  await row(page, "turned.jpg").getByRole("link", { name: "turned.jpg" }).click();
  await expect(page.getByRole("img", { name: "turned.jpg" })).toHaveJSProperty("complete", true);
  await expect(page.getByText("Orientation (EXIF)")).toBeVisible();
  await page.getByRole("button", { name: "Show the original" }).click();
  await expect(page.getByRole("img", { name: "turned.jpg" })).toBeVisible();

  await page.getByRole("link", { name: "Documents" }).first().click();
  await row(page, "harbour.ifc").getByRole("link", { name: "harbour.ifc" }).click();
  await expect(page.getByRole("cell", { name: "IFCWALL", exact: true })).toBeVisible();
  await expectAccessible(page);
});

test("a document is renamed, moved to a project, described, and deleted", async ({ signedIn: page, owner }) => {
  await owner.api("POST", "/projects", { code: "HRB-7", name: HOSTILE[0] });
  await upload(page, "plan.pdf");
  await row(page, "plan.pdf").getByRole("link", { name: "plan.pdf" }).click();
  await page.getByRole("button", { name: "Edit" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("quay.pdf");
  await dialog.getByRole("combobox", { name: "Project" }).click();
  await dialog.getByRole("option", { name: /HRB-7/ }).click();
  await dialog.getByLabel("Metadata").fill('{"storey": 3}');
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "quay.pdf" })).toBeVisible();
  await expect(page.getByRole("link", { name: /HRB-7/ })).toBeVisible();
  await expect(page.getByText('"storey": 3')).toBeVisible();

  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(page.getByRole("heading", { name: "No documents yet" })).toBeVisible();
});

test("a new version is added, and both can be downloaded", async ({ signedIn: page }) => {
  await upload(page, "plan.pdf");
  await row(page, "plan.pdf").getByRole("link", { name: "plan.pdf" }).click();
  await page.getByRole("tab", { name: "Versions" }).click();
  await page.getByLabel(/Drop a new version/).setInputFiles({ ...fixture("restricted.pdf"), name: "plan.pdf" });
  const first = page.getByRole("button", { name: "Download version 1" });
  await expect(page.getByRole("button", { name: "Download version 2" })).toBeVisible({ timeout: 20_000 });
  await expectAccessible(page);
  const [saved] = await Promise.all([page.waitForEvent("download"), first.click()]);
  expect(readFileSync(await saved.path()).equals(fixture("plan.pdf").buffer)).toBe(true);
});

test("a link gives a document to a reader without an account, until it is withdrawn", async ({ signedIn: page, browser }) => {
  await upload(page, "plan.pdf");
  await row(page, "plan.pdf").getByRole("link", { name: "plan.pdf" }).click();
  await page.getByRole("tab", { name: "Links" }).click();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Create a link" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("For").fill(HOSTILE[1]);
  await dialog.getByLabel("Most downloads").fill("1");
  await dialog.getByLabel("Password").fill("a harbour at night");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Create" }).click();
  const url = await dialog.locator("code").innerText();
  await dialog.getByRole("button", { name: "Close" }).last().click();

  const reader = await (await browser.newContext()).newPage();
  await reader.goto(url);
  await expect(reader.getByText("plan.pdf")).toBeVisible();
  await reader.locator("input[type=password]").fill("a harbour at night");
  await Promise.all([reader.waitForEvent("download"), reader.getByRole("button").click()]);
  await reader.context().close();
  await expect(row(page, HOSTILE[1])).toContainText("1 / 1");
  await expect(row(page, HOSTILE[1])).toContainText("Ended");
  await expectAccessible(page);

  await page.getByRole("button", { name: /^Withdraw/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Withdraw" }).click();
  await expect(page.getByRole("heading", { name: "No links yet" })).toBeVisible();
});

test("an electronic invoice is received from its document", async ({ signedIn: page }) => {
  const invoice = readFileSync(new URL("../../crates/e-documents/tests/e_documents/fixtures/invoice-ubl.xml", import.meta.url));
  await open(page, "/documents");
  await page.getByLabel(/Drop files/).setInputFiles({ name: "invoice.xml", mimeType: "", buffer: invoice });
  await expect(row(page, "invoice.xml")).toContainText("Ready", { timeout: 30_000 });
  await row(page, "invoice.xml").getByRole("link").first().click();
  await expect(page.getByRole("heading", { name: "Electronic invoice" })).toBeVisible();
  await page.getByRole("button", { name: "Receive as invoice" }).click();
  await expectAccessible(page);
  await page.getByRole("dialog").getByRole("button", { name: "Receive", exact: true }).click();
  await expect(page).toHaveURL(/\/invoices\//);
});
