import { promptOf } from "./ai";
import { expect, expectAccessible, HOSTILE, open, test } from "./support";

test("a prompt gets versions, which are compared, labelled and released", async ({ signedIn: page, owner }) => {
  await owner.api("POST", "/models", { name: "fast", provider: "openai", model_id: "gpt-5-mini" });
  await open(page, "/prompts");
  await page.getByRole("button", { name: "Create a prompt" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name *").fill("site.note");
  await dialog.getByLabel("Description").fill(HOSTILE[0]);
  await dialog.getByLabel("Tags").fill("site, daily");
  await dialog.getByLabel("Message 1").fill("Summarize {{ text ");
  await dialog.getByRole("combobox", { name: "Model", exact: true }).click();
  await page.getByRole("option", { name: "fast" }).click();
  await dialog.getByRole("button", { name: "Create", exact: true }).click();
  await expect(dialog.getByRole("alert")).toContainText("/messages/0/content");
  await dialog.getByLabel("Message 1").fill("Summarize {{ text }}.");
  await dialog.getByRole("button", { name: "Create", exact: true }).click();
  await expect(page.getByRole("heading", { name: "site.note" })).toBeVisible();
  await expect(page.getByText(HOSTILE[0])).toBeVisible();
  await expectAccessible(page);

  await page.getByLabel("Message 1").fill("Summarize {{ text }} in one sentence.");
  await page.getByLabel("Commit message").fill("One sentence is enough");
  await page.getByRole("button", { name: "Save as version 2" }).click();
  await expect(page.getByRole("button", { name: "Save as version 3" })).toBeVisible();

  await page.getByRole("tab", { name: "Versions (2)" }).click();
  await expect(page.getByRole("region", { name: "Messages" })).toContainText("in one sentence.");
  await expect(page.getByRole("cell", { name: "One sentence is enough" })).toBeVisible();
  await expectAccessible(page);

  await page.getByRole("tab", { name: "Labels" }).click();
  await page.getByRole("button", { name: "Give a label" }).click();
  await page.getByRole("dialog").getByLabel("Label *").fill("production");
  await page.getByRole("dialog").getByRole("button", { name: "Give a label" }).click();
  await expect(page.getByRole("cell", { name: "production Protected" })).toBeVisible();
  await page.getByRole("button", { name: "Move", exact: true }).click();
  await page.getByRole("dialog").getByLabel("Version *").fill("1");
  await page.getByRole("dialog").getByRole("button", { name: "Move", exact: true }).click();
  await expect(page.getByRole("cell", { name: "1", exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByRole("cell", { name: "2", exact: true })).toBeVisible();
  await expectAccessible(page);

  await page.getByRole("button", { name: "Edit" }).click();
  await page.getByLabel("It may be executed").uncheck();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("Disabled", { exact: true })).toBeVisible();
});

test("a run streams, goes on after the screen was left, is scored and is counted", async ({ signedIn: page, owner }) => {
  const { prompt } = await promptOf(owner);
  await open(page, `/prompts/${prompt.id}?tab=run`);
  await page.getByLabel("text *").fill(HOSTILE[1]);
  await page.getByRole("button", { name: "Show the messages" }).click();
  await expect(page.getByText(`Say in one sentence: ${HOSTILE[1]}`)).toBeVisible();
  await page.getByRole("button", { name: "Run", exact: true }).click();
  const output = page.getByRole("region", { name: "Answer" });
  await expect(output).toHaveText(/\S/);
  await page.reload();
  await expect(page.getByText("Succeeded")).toBeVisible({ timeout: 40_000 });
  await expect(output).toHaveText(/\S/);
  await expect(page.getByText("$0.0000").first()).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("group", { name: "Was this answer helpful?" }).getByRole("button", { name: "Yes" }).click();
  await expect(page.getByRole("button", { name: "Yes", pressed: true })).toBeVisible();

  await page.getByRole("tab", { name: "Scores" }).click();
  await expect(page.getByRole("cell", { name: "helpful" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("tab", { name: "Executions" }).click();
  await expect(page.getByRole("cell", { name: "Succeeded" })).toBeVisible();
});
