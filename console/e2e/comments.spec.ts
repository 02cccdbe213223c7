import type { APIRequestContext } from "@playwright/test";
import { expect, expectAccessible, HOSTILE, open, type Owner, test } from "./support";

/** A second member, who says something about a project by the API. */
async function colleague(request: APIRequestContext, owner: Owner) {
  const { user_id } = (await owner.api("POST", "/members/service-accounts", { name: "Bo Member", role: "member" })) as { user_id: string };
  const { secret } = (await owner.api("POST", "/api-keys", { name: "Bo", role: "member", service_account_id: user_id })) as { secret: string };
  return async (body: string, subject_id: string, mentions: string[]) => {
    const sent = await request.post("/api/v1/comments", {
      headers: { Authorization: `Bearer ${secret}` },
      data: { subject_type: "project", subject_id, body, mentions },
    });
    expect(sent.ok(), await sent.text()).toBe(true);
  };
}

test("members comment on a record, mention each other, and are told of it", async ({ signedIn: page, owner, playwright, baseURL }) => {
  const { id } = (await owner.api("POST", "/projects", { code: "HRB-7", name: "Harbour" })) as { id: string };
  const request = await playwright.request.newContext({ baseURL: baseURL ?? "" });
  const say = await colleague(request, owner);
  await open(page, `/projects/${id}?tab=comments`);
  await expect(page.getByText("No comments yet.")).toBeVisible();

  const editor = page.getByLabel("New comment");
  await editor.fill("Please look, ");
  await editor.press("End");
  await editor.pressSequentially("@Ada");
  await page.getByRole("option", { name: /Ada Lovelace/ }).waitFor();
  await expectAccessible(page);
  await editor.press("Enter");
  await editor.pressSequentially(HOSTILE[0]);
  await editor.press("Control+Enter");
  const comment = page.getByRole("listitem").filter({ hasText: "Please look" });
  await expect(comment.locator("strong")).toHaveText("@Ada Lovelace");
  await expect(comment).toContainText(HOSTILE[0]);
  await expectAccessible(page);

  await comment.getByRole("button", { name: "Change the comment" }).click();
  await comment.getByRole("textbox").fill("Settled.");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Settled.")).toBeVisible();

  await say(`@${owner.name} done`, id, [owner.userId]);
  await expect(page.getByText("done")).toBeVisible();
  await page.getByRole("button", { name: "1 unread notification" }).click();
  await page.getByRole("link", { name: "All notifications" }).click();
  const row = page.getByRole("table").getByRole("row").filter({ hasText: "Bo Member" });
  await expect(row).toContainText("Unread");
  await expectAccessible(page);
  await row.getByRole("button", { name: "Mark as read" }).click();
  await expect(row).not.toContainText("Unread");
  await row.getByRole("link").first().click();
  await expect(page.getByRole("heading", { level: 1, name: "Harbour" })).toBeVisible();

  const own = page.getByRole("listitem").filter({ hasText: "Settled." });
  await own.getByRole("button", { name: "Remove the comment" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(page.getByText("Settled.")).toHaveCount(0);
  await request.dispose();
});

test("a user chooses how notifications come", async ({ signedIn: page }) => {
  await open(page, "/notifications");
  await expect(page.getByRole("heading", { name: "No notifications" })).toBeVisible();
  await page.getByRole("button", { name: "Preferences" }).click();
  const mail = page.getByRole("group", { name: "A comment mentions you" }).getByLabel("Mail");
  await expect(mail).toHaveValue("immediately");
  await expectAccessible(page);
  await mail.selectOption("daily");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("button", { name: "Preferences" }).click();
  await expect(mail).toHaveValue("daily");
});
