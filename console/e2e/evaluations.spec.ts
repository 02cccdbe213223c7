import { promptOf } from "./ai";
import { expect, expectAccessible, HOSTILE, open, test } from "./support";

test("a prompt is evaluated with a dataset and an evaluator, and is placed on the leaderboard", async ({ signedIn: page, owner }) => {
  await promptOf(owner);
  const dataset: { id: string } = await owner.api("POST", "/datasets", { name: "Notes" });
  for (const text of ["Rain", "Wind"]) await owner.api("POST", `/datasets/${dataset.id}/items`, { input: { text } });

  await open(page, "/evaluators");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Create an evaluator" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name *").fill(HOSTILE[1]);
  await dialog.getByLabel("Kind *").selectOption("regex");
  await dialog.getByLabel("Pattern").last().fill("(");
  await dialog.getByRole("button", { name: "Create", exact: true }).click();
  await expect(dialog.getByRole("alert")).toContainText("/definition/pattern");
  await dialog.getByLabel("Pattern").last().fill(".");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Create", exact: true }).click();
  await expect(page.getByRole("heading", { name: HOSTILE[1] })).toBeVisible();
  await page.getByRole("button", { name: "Edit" }).click();
  await dialog.getByLabel("Pattern").last().fill("\\w");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("\\w")).toBeVisible();
  await expectAccessible(page);

  await open(page, "/evaluations");
  await page.getByRole("button", { name: "Evaluate a prompt" }).first().click();
  for (const [field, option] of [["Prompt", "site.note"], ["Dataset", "Notes"], ["Evaluators", HOSTILE[1]]] as const) {
    await dialog.getByRole("combobox", { name: field, exact: true }).click();
    await page.getByRole("option", { name: option }).click();
  }
  await dialog.getByLabel("Note").fill("The first one");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Start" }).click();
  await expect(page.getByRole("heading", { name: "Evaluation of site.note, version 1" })).toBeVisible();
  await expect(page.getByText("Succeeded")).toBeVisible({ timeout: 45_000 });
  await expect(page.getByText("2 of 2 items are done.")).toBeVisible();
  await expect(page.getByRole("region", { name: "Results" }).getByText("Passed", { exact: true })).toHaveCount(2);
  await expectAccessible(page);

  await open(page, "/leaderboards");
  await expectAccessible(page);
  for (const [field, option] of [["Dataset", "Notes"], ["Evaluator", HOSTILE[1]]] as const) {
    await page.getByRole("combobox", { name: field }).click();
    await page.getByRole("option", { name: option }).click();
  }
  await expect(page.getByRole("link", { name: "site.note" })).toBeVisible();
  await expect(page.getByRole("img", { name: "The score of each version, the best first" })).toBeVisible();
  await expectAccessible(page);
});

test("an evaluation is cancelled, resumed and removed", async ({ signedIn: page, owner }) => {
  const { prompt } = await promptOf(owner, "Write a long story about {{ text }}.");
  const dataset: { id: string } = await owner.api("POST", "/datasets", { name: "Notes" });
  const evaluator: { id: string } = await owner.api("POST", "/evaluators", { name: "Any", definition: { kind: "regex", pattern: "." } });
  for (let item = 0; item < 8; item += 1) await owner.api("POST", `/datasets/${dataset.id}/items`, { input: { text: `bridge ${item}` } });
  const evaluation: { id: string } = await owner.api("POST", "/evaluations", { prompt_id: prompt.id, dataset_id: dataset.id, evaluator_ids: [evaluator.id] });
  await open(page, `/evaluations/${evaluation.id}`);
  await page.getByRole("button", { name: "Cancel the evaluation" }).click();
  await expect(page.getByText("Cancelled", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Resume" }).click();
  await page.getByRole("button", { name: "Cancel the evaluation" }).click();
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(page.getByRole("heading", { name: "No evaluations yet" })).toBeVisible();
});
