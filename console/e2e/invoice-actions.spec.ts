import { act, choose, completeSeller, confirm, createParty, issueInvoice } from "./business";
import { expect, expectAccessible, open, test } from "./support";

test("an invoice is voided, duplicated, and copied to customers", async ({ owner, signedIn: page }) => {
  await completeSeller(owner);
  const { id } = await issueInvoice(owner, await createParty(owner, "Port Authority"));
  await createParty(owner, "Pier");
  await open(page, `/invoices/${id}`);
  await act(page, "Void");
  await confirm(page, "Void");
  await expect(page.getByText("Void", { exact: true })).toBeVisible();
  await act(page, "Duplicate");
  await confirm(page, "Duplicate");
  await expect(page.getByRole("heading", { name: "Draft", level: 1 })).toBeVisible();
  await act(page, "Copy to several customers");
  await choose(page, "Customer", "Pier");
  await expectAccessible(page);
  await confirm(page, "Create the drafts");
  await expect(page.getByRole("row", { name: /Pier/ })).toBeVisible();
});

test("an invoice is sent by a link, and what is open is written off", async ({ owner, signedIn: page }) => {
  await completeSeller(owner);
  const { id } = await issueInvoice(owner, await createParty(owner, "Port Authority"));
  await open(page, `/invoices/${id}?tab=pdf`);
  await expect(page.locator("iframe")).toBeVisible({ timeout: 30_000 });
  await page.getByRole("button", { name: "Send" }).click();
  await page.getByRole("button", { name: "Make the link" }).click();
  await expect(page.getByRole("dialog").getByText(/^http/)).toBeVisible();
  await expect(page.getByRole("link", { name: "Begin a mail" })).toHaveAttribute("href", /^mailto:pier%40example.com\?/);
  await expectAccessible(page);
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
  await act(page, "Write off");
  await confirm(page, "Write off");
  await expect(page.getByText("Written off", { exact: true }).first()).toBeVisible();
});

test("a credit note on some lines settles another invoice, and that is taken back", async ({ owner, signedIn: page }) => {
  await completeSeller(owner);
  const party = await createParty(owner, "Port Authority");
  const paid = await issueInvoice(owner, party);
  const other = await issueInvoice(owner, party);
  const amount = { amount_minor: 11_900, currency: "EUR" };
  const today = new Date().toISOString().slice(0, 10);
  const payment = { direction: "received", method: "cash", received_on: today, amount, party_id: party, allocations: [{ invoice_id: paid.id, amount }] };
  await owner.api("POST", "/payments", payment);
  await open(page, `/invoices/${paid.id}`);
  await act(page, "Create a credit note");
  await page.getByLabel("What is credited").selectOption("some");
  await page.getByLabel("1. Survey").check();
  await page.getByLabel("Quantity").fill("0,5");
  await expectAccessible(page);
  await confirm(page, "Create the draft");
  await page.getByRole("button", { name: "Issue" }).click();
  await confirm(page, "Issue");
  await expect(page.getByText("Issued", { exact: true })).toBeVisible();
  await act(page, "Settle other invoices");
  await page.getByRole("button", { name: "Distribute, oldest first" }).click();
  await confirm(page, "Settle");
  await expect(page.getByText("Paid", { exact: true })).toBeVisible();
  await act(page, "Take a settlement back");
  await choose(page, "Invoice", other.number);
  await confirm(page, "Take it back");
  await expect(page.getByText("Issued", { exact: true })).toBeVisible();
});

test("an incoming invoice is made from a document, and its findings are shown", async ({ owner, signedIn: page }) => {
  await completeSeller(owner);
  const { id, number } = await issueInvoice(owner, await createParty(owner, "Port Authority"));
  const xml = await (await page.request.get(`/api/v1/invoices/${id}/xml?syntax=ubl`)).body();
  const csrf = (await page.context().cookies()).find(({ name }) => name.endsWith("plinth_csrf"))?.value ?? "";
  const sent = await page.request.post("/api/v1/documents", {
    headers: { "X-CSRF-Token": csrf },
    multipart: { file: { name: "received.xml", mimeType: "application/xml", buffer: xml } },
  });
  expect(sent.ok(), await sent.text()).toBe(true);
  await open(page, "/invoices?dialog=receive");
  await choose(page, "Document", "received.xml");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Create the draft" }).click();
  await expect(page.getByRole("heading", { name: number })).toBeVisible();
  await expect(page.getByText("Found in the document")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("link", { name: "Edit" }).or(page.getByRole("button", { name: "Edit" })).click();
  await expect(page.getByText("The amounts are those that the document states.")).toBeVisible();
  await page.getByLabel("Quantity *").fill("2");
  await expect(page.getByText("The amounts are those that the document states.")).toHaveCount(0);
  await expect(page.getByText("€238.00").first()).toBeVisible();
});
