import { writeFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { expect, type Line, test } from "./line";

// The server takes 32 MiB a second of an organization, so there is time to cut the network.
const BYTES = 150_000_000;

function bigFile(path: string): string {
  writeFileSync(path, Buffer.alloc(BYTES, "Plinth "));
  return path;
}

const upload = (page: Page) => page.getByRole("listitem").filter({ hasText: "big.bin" });

/** Waits until the server has some of the file, but not all. */
async function begin(page: Page, line: Line, file: string) {
  await page.goto(`${line.url}/console/documents`);
  await page.getByLabel(/Drop files/).setInputFiles(file);
  await expect.poll(() => upload(page).locator("progress").evaluate((bar: HTMLProgressElement) => bar.value)).toBeGreaterThan(BYTES / 5);
}

const offsets = (page: Page) => {
  const seen: number[] = [];
  page.on("request", (request) => {
    if (request.method() === "PATCH") seen.push(Number(request.headers()["upload-offset"]));
  });
  return seen;
};

test("an upload that is paused goes on where it was", async ({ signedIn: page, line }, info) => {
  const seen = offsets(page);
  await begin(page, line, bigFile(info.outputPath("big.bin")));
  await page.getByRole("button", { name: "Pause big.bin" }).click();
  await expect(upload(page)).toContainText("Paused");
  await page.getByRole("button", { name: "Resume big.bin" }).click();
  await expect(page.getByText("1 of 1 uploaded")).toBeVisible({ timeout: 30_000 });
  expect(seen[0]).toBe(0);
  expect(seen.at(-1)).toBeGreaterThan(0);
});

test("an upload goes on by itself when the network is back", async ({ signedIn: page, context, line }, info) => {
  const seen = offsets(page);
  await begin(page, line, bigFile(info.outputPath("big.bin")));
  await context.setOffline(true);
  line.cut();
  await expect(upload(page)).toContainText("Interrupted");
  line.mend();
  await context.setOffline(false);
  await expect(page.getByText("1 of 1 uploaded")).toBeVisible({ timeout: 30_000 });
  expect(seen.at(-1)).toBeGreaterThan(0);
});

test("an upload goes on after the page was closed, when the file is chosen again", async ({ signedIn: page, line }, info) => {
  const file = bigFile(info.outputPath("big.bin"));
  await begin(page, line, file);
  page.removeAllListeners("dialog");
  page.on("dialog", (dialog) => void dialog.accept());
  await page.reload();
  await expect(page.getByRole("heading", { name: "Unfinished uploads" })).toBeVisible();
  await expect.poll(() => upload(page).locator("progress").evaluate((bar: HTMLProgressElement) => bar.value)).toBeGreaterThan(0);
  const seen = offsets(page);
  await page.getByLabel(/Drop files/).setInputFiles(file);
  await expect(page.getByText("1 of 1 uploaded")).toBeVisible({ timeout: 30_000 });
  expect(seen[0]).toBeGreaterThan(0);
});

test("events that came without the network are shown when it is back", async ({ signedIn: page, owner, context, line }) => {
  await page.goto(`${line.url}/console/projects`);
  await expect(page.getByRole("heading", { name: "No projects yet" })).toBeVisible();
  await context.setOffline(true);
  line.cut();
  await expect(page.getByText("Not live")).toBeVisible();
  await owner.api("POST", "/projects", { code: "HRB-7", name: "Harbour crossing" });
  line.mend();
  await context.setOffline(false);
  await expect(page.getByRole("link", { name: "HRB-7" })).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText("Not live")).toBeHidden();
});
