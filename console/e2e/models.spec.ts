import { NEW_MODEL } from "./ai";
import { expect, expectAccessible, open, test } from "./support";

test("a model is created with its secret, priced, changed, disabled and removed", async ({ signedIn: page }) => {
  await open(page, "/models");
  await expect(page.getByRole("heading", { name: "No models yet" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Create a model" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Provider *", { exact: true }).selectOption("custom");
  await dialog.getByLabel("Name *", { exact: true }).fill("Not allowed");
  await dialog.getByLabel("Name at the provider").fill("<img src=x onerror=alert(1)>");
  await dialog.getByLabel("Address").fill(NEW_MODEL.base_url);
  await dialog.getByLabel("Secret").fill("sk-0123456789abcdef-last");
  await dialog.getByLabel("Parameters of each call").fill('{"temperature": 0.2}');
  await dialog.getByLabel("Tools").check();
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Create", exact: true }).click();
  await expect(dialog.getByText("This form is not allowed here.")).toBeVisible();
  await dialog.getByLabel("Name *", { exact: true }).fill("local/small");
  await dialog.getByRole("button", { name: "Create", exact: true }).click();

  await expect(page.getByRole("heading", { name: "local/small" })).toBeVisible();
  await expect(page.getByText("…last")).toBeVisible();
  await expect(page.getByText("<img src=x onerror=alert(1)>")).toBeVisible();
  await expectAccessible(page);

  await page.getByRole("tab", { name: "Prices" }).click();
  await page.getByRole("button", { name: "Add a price" }).click();
  await page.getByLabel("Input (USD)").fill("0.15");
  await page.getByLabel("Output (USD)").fill("0,6");
  await expectAccessible(page);
  await page.getByRole("dialog").getByRole("button", { name: "Add a price" }).click();
  await expect(page.getByRole("cell", { name: "US$0.60" }).or(page.getByRole("cell", { name: "$0.60" }))).toBeVisible();

  await page.getByRole("button", { name: "Edit" }).click();
  await page.getByLabel("Address").fill("https://models.example/v1");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByRole("alert")).toContainText("secret");
  await page.getByLabel("Remove the stored secret").check();
  await page.getByLabel("Parameters of each call").fill('{"top_p": 0.5}');
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByRole("tab", { name: "Model" }).click();
  await expect(page.getByText("https://models.example/v1")).toBeVisible();
  await expect(page.getByText('"top_p": 0.5')).toBeVisible();
  await expect(page.getByText("temperature")).toBeHidden();

  await open(page, "/models");
  await page.getByLabel("Select local/small").check();
  await page.getByRole("button", { name: "Disable" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Disable" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).last().click();
  await expect(page.getByRole("cell", { name: "Disabled" })).toBeVisible();
  await expectAccessible(page);

  await page.getByRole("link", { name: "local/small" }).click();
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(page.getByRole("heading", { name: "No models yet" })).toBeVisible();
});
