import { promptOf } from "./ai";
import { expect, expectAccessible, open, test } from "./support";

test("a model is asked; its answer survives a lost network, is cancelled, and shows its steps and scores", async ({ signedIn: page, owner, context }) => {
  await promptOf(owner);
  await open(page, "/executions");
  await expect(page.getByRole("heading", { name: "No executions yet" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Ask a model" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("combobox", { name: "Model", exact: true }).click();
  await page.getByRole("option", { name: "local/small" }).click();
  await dialog.getByLabel("Message 1").fill("Write a very long story about a bridge. Do not stop.");
  await dialog.getByText("More").click();
  await dialog.getByLabel("Parameters of the call").fill('{"max_tokens": 1500}');
  await dialog.getByLabel("Tags").fill("story");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Ask", exact: true }).click();

  const output = page.getByRole("region", { name: "Answer" });
  await expect(page.getByText("Running")).toBeVisible();
  await expect(output).toHaveText(/\S{2}/, { timeout: 30_000 });
  await context.setOffline(true);
  const before = (await output.innerText()).length;
  await context.setOffline(false);
  await expect.poll(async () => (await output.innerText()).length, { timeout: 30_000 }).toBeGreaterThan(before);
  await page.getByRole("button", { name: "Cancel the execution" }).click();
  await expect(page.getByText("Cancelled", { exact: true })).toBeVisible();
  await expect(output).toHaveText(/\S{2}/);
  await expectAccessible(page);

  await page.getByRole("tab", { name: "Steps" }).click();
  await expect(page.getByRole("cell", { name: /^local\/small/ })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("tab", { name: "Input" }).click();
  await expect(page.getByText("Write a very long story about a bridge.")).toBeVisible();
  await page.getByRole("tab", { name: "Scores" }).click();
  await page.getByRole("button", { name: "Add a score" }).click();
  await page.getByRole("dialog").getByLabel("Kind").selectOption("number");
  await page.getByRole("dialog").getByLabel("Name *").fill("quality");
  await page.getByRole("dialog").getByLabel("Value *").fill("0.25");
  await page.getByRole("dialog").getByLabel("Comment").fill('"><script>alert(1)</script>');
  await page.getByRole("dialog").getByRole("button", { name: "Add a score" }).click();
  await expect(page.getByRole("cell", { name: "0.25" })).toBeVisible();
  await expect(page.getByRole("cell", { name: '"><script>alert(1)</script>' })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Remove" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await expect(page.getByRole("heading", { name: "No scores yet" })).toBeVisible();

  await open(page, "/executions?tag=story&status=cancelled");
  await expect(page.getByRole("cell", { name: "Cancelled" })).toBeVisible();
  await open(page, "/executions?tag=other");
  await expect(page.getByText("Nothing found.")).toBeVisible();
});
