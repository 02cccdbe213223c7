import { expect, expectAccessible, HOSTILE, open, test } from "./support";

const lines = (items: object[]) => Buffer.from(items.map((item) => JSON.stringify(item)).join("\n"));

test("a dataset is filled by hand and by file, and its items are replaced and removed", async ({ signedIn: page }) => {
  await open(page, "/datasets");
  await expect(page.getByRole("heading", { name: "No datasets yet" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Create a dataset" }).first().click();
  await page.getByLabel("Name *").fill(HOSTILE[0]);
  await page.getByRole("dialog").getByRole("button", { name: "Create", exact: true }).click();
  await expect(page.getByRole("heading", { name: HOSTILE[0] })).toBeVisible();

  await page.getByRole("button", { name: "Add an item" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Input *").fill("text");
  await dialog.getByRole("button", { name: "Add an item" }).click();
  await expect(dialog.getByText("Enter a JSON object")).toBeVisible();
  await dialog.getByLabel("Input *").fill('{"text": "Rain until noon."}');
  await dialog.getByLabel("Expected").fill('"It rained."');
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Add an item" }).click();
  await expect(page.getByRole("cell", { name: "It rained." })).toBeVisible();

  await page.getByRole("button", { name: "Import" }).click();
  const file = page.getByLabel("Drop a file, or choose one");
  await file.setInputFiles({ name: "wrong.jsonl", mimeType: "application/jsonl", buffer: Buffer.from('{"input": {}}\n{"inputs": 1}\n') });
  await expect(dialog.getByRole("alert")).toBeVisible();
  await expect(dialog.getByRole("listitem").first()).toContainText("Line 2");
  await expectAccessible(page);
  await file.setInputFiles({ name: "right.jsonl", mimeType: "application/jsonl", buffer: lines([{ input: { text: "Two" } }, { input: { text: "Three" } }]) });
  await expect(page.getByRole("tab", { name: "Items (3)" })).toBeVisible();

  await page.getByRole("link", { name: '{"text":"Two"}' }).click();
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Replace the item" }).click();
  await dialog.getByLabel("Input *").fill('{"text": "Four"}');
  await dialog.getByRole("button", { name: "Replace the item" }).click();
  await expect(page.getByRole("link", { name: '{"text":"Four"}' })).toBeVisible();
  await expect(page.getByRole("link", { name: '{"text":"Two"}' })).toBeHidden();
  await expectAccessible(page);

  await page.getByLabel("As it was at").fill("2020-01-01T00:00");
  await expect(page.getByRole("heading", { name: "The dataset had no items at that moment" })).toBeVisible();
  await page.getByLabel("As it was at").fill("");

  await page.getByRole("button", { name: "Edit" }).click();
  await dialog.getByLabel("Name").fill("Notes");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Notes" })).toBeVisible();
  await page.getByRole("button", { name: "Delete" }).click();
  await dialog.getByRole("button", { name: "Delete" }).click();
  await expect(page.getByRole("heading", { name: "No datasets yet" })).toBeVisible();
});
