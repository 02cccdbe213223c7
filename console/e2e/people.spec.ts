import { expect, expectAccessible, HOSTILE, open, PASSWORD, test } from "./support";

test("a service account is created, gets another role, is suspended, reactivated and removed", async ({ signedIn: page }) => {
  await open(page, "/members?dialog=create");
  await page.getByLabel("Name").fill(HOSTILE[0]);
  await expectAccessible(page);
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: HOSTILE[0] })).toBeVisible();

  await page.getByRole("button", { name: "Change the role" }).click();
  await page.getByRole("combobox", { name: "Role" }).selectOption("Accountant");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Accountant")).toBeVisible();

  await page.getByRole("button", { name: "Suspend" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Suspend" }).click();
  await expect(page.getByText("Suspended", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Reactivate" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Reactivate" }).click();
  await expect(page.getByText("Active", { exact: true })).toBeVisible();
  await expectAccessible(page);

  await page.getByRole("button", { name: "Remove" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await expect(page.getByRole("region", { name: "Members" }).getByText("Ada Lovelace")).toBeVisible();
  await expectAccessible(page);
});

test("a user is invited, and the invitation is revoked", async ({ signedIn: page }) => {
  await open(page, "/invitations");
  await expectAccessible(page);
  await page.keyboard.press("c");
  await page.getByLabel("E-mail").fill("grace@example.com");
  await page.getByRole("combobox", { name: "Role" }).selectOption("Viewer");
  await page.getByRole("button", { name: "Invite", exact: true }).click();
  await expect(page.getByRole("cell", { name: "grace@example.com", exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Revoke the invitation to grace@example.com" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await expect(page.getByText("Revoked", { exact: true })).toBeVisible();
  await expectAccessible(page);
});

test("a role is made out of permissions, changed, and removed", async ({ signedIn: page }) => {
  await open(page, "/roles?dialog=create");
  await page.getByLabel("Name").fill(HOSTILE[1]);
  await page.getByRole("checkbox", { name: "Projects", exact: true }).check();
  await expect(page.getByText("4 permissions")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: HOSTILE[1] })).toBeVisible();
  await expect(page.getByText("read, create, change, remove")).toBeVisible();
  await expectAccessible(page);

  await page.getByRole("button", { name: "Edit" }).click();
  await page.getByLabel("Description").fill("Guests of a project");
  await page.getByRole("checkbox", { name: "Projects", exact: true }).uncheck();
  await page.getByRole("checkbox", { name: "read Projects" }).check();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Guests of a project")).toBeVisible();

  await page.getByRole("button", { name: "Remove" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await expect(page.getByRole("link", { name: "Accountant" })).toBeVisible();
  await expectAccessible(page);
});

test("a change of a team that another user has changed meanwhile is shown as a merge", async ({ signedIn: page, owner }) => {
  const team: { id: string } = await owner.api("POST", "/teams", { name: "Site" });
  await open(page, `/teams/${team.id}`);
  await page.getByRole("button", { name: "Edit" }).click();
  await page.getByLabel("Name").fill("Site managers");
  await owner.api("PATCH", `/teams/${team.id}`, { description: "On the quay" });
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { name: "Changed by another user" })).toBeVisible();
  await page.getByRole("button", { name: "Save the choice" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Site managers" })).toBeVisible();
  await expect(page.getByText("On the quay")).toBeVisible();

  await page.getByRole("button", { name: "Add a member" }).first().click();
  await page.getByRole("combobox", { name: "Member" }).fill("Ada");
  await page.getByRole("option", { name: "Ada Lovelace" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Add a member" }).click();
  await expect(page.getByRole("cell", { name: "Ada Lovelace", exact: true })).toBeVisible();
  await expectAccessible(page);
});

test("the secret of an API key is shown once, and the key is revoked", async ({ signedIn: page }) => {
  await open(page, "/api-keys?dialog=create");
  await page.getByLabel("Name").fill(HOSTILE[0]);
  await page.getByLabel("May do").selectOption("Chosen permissions");
  await page.getByRole("checkbox", { name: "read Projects" }).check();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await expect(page.getByText("It is shown only now")).toBeVisible();
  await page.getByRole("button", { name: "Close" }).last().click();
  await page.getByRole("button", { name: HOSTILE[0] }).click();
  await expect(page.getByRole("dialog").getByText("Projects")).toBeVisible();
  await page.getByRole("button", { name: "Revoke" }).click();
  await page.getByRole("dialog").last().getByRole("button", { name: "Revoke" }).click();
  await expect(page.getByText("Revoked", { exact: true })).toBeVisible();
  await expectAccessible(page);
});

test("an action that needs a fresh proof asks for it, and goes on", async ({ signedIn: page }) => {
  // As if the login were old: the first answer is the refusal that the API gives then.
  let isOld = true;
  await page.route("**/api/v1/api-keys", async (route, request) => {
    if (request.method() !== "POST" || !isOld) return route.continue();
    isOld = false;
    const body = { type: "", title: "Forbidden", status: 403, detail: "a fresh proof is needed", code: "auth.step_up_required", request_id: "r" };
    return route.fulfill({ status: 403, contentType: "application/problem+json", json: body });
  });
  await open(page, "/api-keys?dialog=create");
  await page.getByLabel("Name").fill("Import");
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Confirm that it is you" })).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel("Your password").fill("wrong");
  await page.getByRole("button", { name: "Confirm" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await page.getByLabel("Your password").fill(PASSWORD);
  await page.getByRole("button", { name: "Confirm" }).click();
  await expect(page.getByText("It is shown only now")).toBeVisible();
});
