import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, expectAccessible, HOSTILE, open, test } from "./support";

test("jobs are listed, and one shows its payload", async ({ signedIn: page, owner }) => {
  await owner.api("POST", "/invitations", { email: "grace@example.com", role: "viewer" });
  await open(page, "/jobs");
  await page.getByRole("link", { name: "mail.send" }).first().click();
  await expect(page.getByText("Input").or(page.getByText("Payload"))).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("link", { name: "Jobs" }).first().click();
  await expectAccessible(page);
});

test("the audit log shows what was changed, and that the chain is whole", async ({ signedIn: page, owner }) => {
  const project: { id: string } = await owner.api("POST", "/projects", { code: "HRB-7", name: HOSTILE[0] });
  await owner.api("PATCH", `/projects/${project.id}`, { name: HOSTILE[1] });
  await open(page, "/audit-log?action=project.updated");
  await expect(page.getByText("Unchanged")).toBeVisible();
  await page.getByRole("button", { name: "project.updated" }).click();
  const change = page.getByRole("region", { name: "Before and after" });
  await expect(change.getByText(HOSTILE[0])).toBeVisible();
  await expect(change.getByText(HOSTILE[1].replaceAll('"', '\\"'))).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expectAccessible(page);
});

test("events appear as they happen, wait while the tail is paused, and are filtered by topic", async ({ signedIn: page, owner }) => {
  await open(page, "/events");
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  await owner.api("POST", "/projects", { code: "HRB-8", name: HOSTILE[0] });
  await expect(page.getByRole("link", { name: "Project HRB-8" })).toBeVisible();
  await page.getByRole("button", { name: "Pause" }).click();
  await owner.api("POST", "/teams", { name: "Divers" });
  await page.getByRole("button", { name: "Go on (1 new)" }).click();
  await expect(page.getByRole("link", { name: "Team Divers" })).toBeVisible();
  await page.getByRole("button", { name: "team.created" }).click();
  await expect(page.getByRole("dialog").getByText('"name": "Divers"')).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Topics" }).click();
  await page.getByRole("menuitemcheckbox", { name: "Projects", exact: true }).click();
  await expect(page.getByRole("link", { name: "Team Divers" })).toBeHidden();
  await expect(page.getByRole("link", { name: "Project HRB-8" })).toBeVisible();
});

test("the organization sets a feature flag, and takes the setting back", async ({ signedIn: page, owner }) => {
  const { data }: { data: { key: string }[] } = await owner.api("GET", "/feature-flags");
  expect(data.length).toBeGreaterThan(0);
  await open(page, "/feature-flags");
  const choice = page.getByLabel(`Setting of ${data[0]?.key}`);
  await choice.selectOption("On");
  await expect(page.getByText("now").or(page.getByText(/second/))).toBeVisible();
  await expectAccessible(page);
  await choice.selectOption("As the installation");
  await expect(choice).toHaveValue("default");
});

// The server allows the address of this receiver by `outgoing.allow`: WEBHOOK_PORT on 127.0.0.1.
test.describe("webhooks", () => {
  const port = Number(process.env.WEBHOOK_PORT ?? 8125);
  let receiver: Server;
  test.beforeAll(async () => {
    receiver = createServer((request, response) => request.resume().on("end", () => response.end(HOSTILE[0])));
    await new Promise<void>((ready) => receiver.listen(port, "127.0.0.1", ready));
  });
  test.afterAll(() => receiver.close());

  test("are created, tested, given another secret, replayed, disabled and removed", async ({ signedIn: page, owner }) => {
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
    await open(page, "/webhooks?dialog=create");
    await page.getByLabel("Address").fill(url);
    await page.getByLabel("Description").fill(HOSTILE[1]);
    await page.getByRole("checkbox", { name: "All events" }).uncheck();
    await page.getByRole("checkbox", { name: "project.*", exact: true }).check();
    await page.getByLabel("Headers").fill("X-Site: 7");
    await expectAccessible(page);
    await page.getByRole("button", { name: "Create", exact: true }).click();
    await expect(page.getByText(/^whsec_/)).toBeVisible();
    await page.getByRole("button", { name: "Close" }).last().click();
    await expect(page.getByRole("heading", { level: 1, name: url })).toBeVisible();
    await expectAccessible(page);

    await page.getByRole("button", { name: "Send a test" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Send a test" }).click();
    await expect(page.getByText("Delivered", { exact: true })).toBeVisible();
    await expect(page.getByText(HOSTILE[0])).toBeVisible();
    await expectAccessible(page);
    await page.getByRole("button", { name: "Send again" }).click();
    await expect(page.getByText("Sent again", { exact: true })).toBeVisible();

    await page.getByRole("link", { name: "Webhook", exact: true }).click();
    await owner.api("POST", "/projects", { code: "HRB-9", name: "Lock" });
    const more = page.getByRole("button", { name: "Further actions" });
    await more.click();
    await page.getByRole("menuitem", { name: "Replace the secret" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Replace the secret" }).click();
    await expect(page.getByText(/^whsec_/)).toBeVisible();
    await page.getByRole("button", { name: "Close" }).last().click();

    await more.click();
    await page.getByRole("menuitem", { name: "Replay events" }).click();
    await page.getByLabel("After number").fill("0");
    await page.getByRole("dialog").getByRole("button", { name: "Replay events" }).click();
    await expect(page.getByText(/sent again\./)).toBeVisible();
    await page.getByRole("dialog").getByRole("button", { name: "Close" }).last().click();

    await more.click();
    await page.getByRole("menuitem", { name: "Disable" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Disable" }).click();
    await expect(page.getByText("Disabled", { exact: true })).toBeVisible();

    await more.click();
    await page.getByRole("menuitem", { name: "Remove" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await expect(page.getByRole("heading", { name: "No webhooks yet" })).toBeVisible();
  });
});
