import { promptOf } from "./ai";
import { expect, expectAccessible, open, test } from "./support";

test("a budget is created, changed and removed", async ({ signedIn: page, owner }) => {
  await owner.api("POST", "/projects", { code: "HRB-7", name: '"><script>alert(1)</script>' });
  await open(page, "/budgets");
  await expect(page.getByRole("heading", { name: "No budgets yet" })).toBeVisible();
  await page.getByRole("button", { name: "Create a budget" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("For *").selectOption("project");
  await dialog.getByRole("combobox", { name: "Project", exact: true }).click();
  await page.getByRole("option", { name: /HRB-7/ }).click();
  await dialog.getByLabel("Limit (USD)").fill("12,5");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Create", exact: true }).click();
  await expect(page.getByRole("heading", { name: 'Project HRB-7 "><script>alert(1)</script>' })).toBeVisible();
  await expect(page.getByText("$12.50").first()).toBeVisible();
  await expectAccessible(page);

  await page.getByRole("button", { name: "Edit" }).click();
  await dialog.getByLabel("Warning, in percent").fill("50");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("50%")).toBeVisible();
  await open(page, "/budgets");
  await expect(page.getByRole("cell", { name: "50%" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("link", { name: /HRB-7/ }).click();
  await page.getByRole("button", { name: "Delete" }).click();
  await dialog.getByRole("button", { name: "Delete" }).click();
  await expect(page.getByRole("heading", { name: "No budgets yet" })).toBeVisible();
});

test("what an execution costs is in the usage, and a budget that is used up refuses the next one", async ({ signedIn: page, owner }) => {
  const { prompt } = await promptOf(owner);
  await open(page, "/ai-usage");
  await expect(page.getByRole("heading", { name: "Nothing was executed in this time" })).toBeVisible();
  await owner.api("POST", `/prompts/${prompt.id}/execute`, { variables: { text: "Rain" } });
  await expect(page.getByRole("img", { name: "Cost by time" })).toBeVisible();
  await page.getByLabel("By", { exact: true }).selectOption("prompt");
  await expect(page.getByRole("cell", { name: "site.note" })).toBeVisible();
  await page.getByLabel("What the plot shows").selectOption("tokens");
  await expect(page.getByRole("img", { name: "Tokens by time" })).toBeVisible();
  await expectAccessible(page);

  await owner.api("POST", "/budgets", { scope: "prompt", prompt_id: prompt.id, period: "day", hard_limit_nano_usd: 1 });
  await open(page, `/prompts/${prompt.id}?tab=run`);
  await page.getByLabel("text *").fill("Rain");
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await expect(page.getByRole("alert")).toContainText("budget");
  await expect(page.getByRole("alert").getByRole("button", { name: "Copy the request ID" })).toBeVisible();
});
