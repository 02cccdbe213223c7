import { createHmac } from "node:crypto";
import { expect, expectAccessible, HOSTILE, open, PASSWORD, test } from "./support";

// One pixel.
const PICTURE = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

/** The code that a device shows for a secret (RFC 6238). */
function codeOf(secret: string): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret].map((letter) => letters.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const hash = createHmac("sha1", key).update(step).digest();
  const number = hash.readUInt32BE((hash.at(-1) ?? 0) & 15) & 0x7fff_ffff;
  return String(number % 1_000_000).padStart(6, "0");
}

test("each part of the account is accessible", async ({ signedIn: page }) => {
  for (const tab of ["profile", "security", "sessions", "notifications", "delete"]) {
    await open(page, `/account?tab=${tab}`);
    await expect(page.getByRole("tabpanel")).toBeVisible();
    await expect(page.getByRole("status", { name: "Loading" })).toHaveCount(0);
    await expectAccessible(page);
  }
});

test("name, language, time zone and picture are changed", async ({ signedIn: page }) => {
  await open(page, "/account");
  await page.getByLabel("Name").fill(HOSTILE[0]);
  await page.getByLabel("Time zone").selectOption("Asia/Tokyo");
  await page.getByLabel("Choose a picture").setInputFiles({ name: "ada.png", mimeType: "image/png", buffer: PICTURE });
  await expect(page.getByRole("img", { name: "Your picture" })).toBeVisible();
  await page.getByLabel("Language").selectOption({ value: "de-CH" });
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Mein Konto" })).toBeVisible();
  await expect(page.getByLabel("Zeitzone")).toHaveValue("Asia/Tokyo");
  await page.getByRole("button", { name: "Bild entfernen" }).click();
  await expect(page.getByRole("img", { name: "Ihr Bild" })).toBeHidden();
});

test("another address is asked for, and mails tell how it goes on", async ({ signedIn: page, owner }) => {
  await open(page, "/account");
  await page.getByRole("button", { name: "Change the address" }).click();
  await page.getByLabel("New address").fill(`new-${owner.email}`);
  await page.getByLabel("Current password").fill(PASSWORD);
  await page.getByRole("dialog").getByRole("button", { name: "Change the address" }).click();
  await expect(page.getByText(/on its way to the new address/)).toBeVisible();
});

test("a second factor is set up, and turned off by a recovery code", async ({ signedIn: page }) => {
  await open(page, "/account?tab=security");
  await page.getByRole("button", { name: "Set a second factor up" }).click();
  await expect(page.getByRole("img", { name: "QR code of the secret" })).toBeVisible();
  const secret = (await page.getByText(/^[A-Z2-7]{32}$/).textContent()) ?? "";
  await expectAccessible(page);
  await page.getByLabel("Code", { exact: false }).last().fill(codeOf(secret));
  await page.getByRole("button", { name: "Turn it on" }).click();
  await expect(page.getByRole("heading", { name: "Recovery codes" })).toBeVisible();
  const codes = (await page.getByRole("dialog").locator("pre").textContent()) ?? "";
  await page.getByRole("button", { name: "Close" }).last().click();
  await expect(page.getByText("On", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Turn the second factor off" }).click();
  await page.getByRole("dialog").getByLabel("Code").fill(codes.split("\n")[0] ?? "");
  await page.getByRole("dialog").getByRole("button", { name: "Turn the second factor off" }).click();
  await expect(page.getByText("Off", { exact: true })).toBeVisible();
});

test("the password changes, and the session goes on while others end", async ({ signedIn: page }) => {
  await open(page, "/account?tab=security");
  await page.getByLabel("Current password").fill(PASSWORD);
  await page.getByLabel("New password").fill("a longer battery staple");
  await page.getByRole("button", { name: "Change the password" }).click();
  await expect(page.getByText("The password is changed.")).toBeVisible();
  await page.getByRole("tab", { name: "Sessions" }).click();
  await expect(page.getByText("This session")).toBeVisible();
});

test("another session is ended", async ({ signedIn: page, owner, request }) => {
  await request.post("/api/v1/auth/login", { data: { email: owner.email, password: PASSWORD } });
  await open(page, "/account?tab=sessions");
  await page.getByRole("button", { name: "End all other sessions" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "End" }).click();
  await expect(page.getByRole("button", { name: "End", exact: true })).toHaveCount(1);
});

test("notifications come by mail as the user has chosen", async ({ signedIn: page }) => {
  await open(page, "/account?tab=notifications");
  await page.getByLabel("By mail").first().selectOption("Never");
  await page.getByRole("button", { name: "Save" }).click();
  await page.reload();
  await expect(page.getByLabel("By mail").first()).toHaveValue("none");
});

test("the only owner of an organization is told why the account stays", async ({ signedIn: page }) => {
  await open(page, "/account?tab=delete");
  await page.getByRole("button", { name: "Delete the account" }).click();
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("dialog").getByRole("button", { name: "Delete the account" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await expect(page.getByText("You are the only owner of:")).toBeVisible();
  await expectAccessible(page);
});
