import { promptOf } from "./ai";
import { expect, expectAccessible, HOSTILE, open, test } from "./support";

test("an agent is started, followed and ends with an answer, or says why not", async ({ signedIn: page, owner }) => {
  await promptOf(owner);
  await open(page, "/agent-runs");
  await expect(page.getByRole("heading", { name: "No agent runs yet" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Start an agent" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Question *").fill(`What is ${HOSTILE[0]}?`);
  await dialog.getByLabel("Model *").selectOption("local/small");
  await dialog.getByLabel("Spending limit").fill("0.01");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Start", exact: true }).click();
  const heading = page.getByRole("heading", { name: "Questions about documents" });
  await expect(heading).toBeVisible();

  await expect(page.getByRole("list", { name: "What happened" }).getByRole("listitem").first()).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole("status").getByText(/Succeeded|Failed/)).toBeVisible({ timeout: 45_000 });
  await expect(page.getByText(`What is ${HOSTILE[0]}?`, { exact: true })).toBeVisible();
  await expectAccessible(page);
  await open(page, "/agent-runs");
  await expect(page.getByRole("cell", { name: "local/small" })).toBeVisible();
  await expectAccessible(page);
});
