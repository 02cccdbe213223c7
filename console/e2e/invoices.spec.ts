import { lineBody } from "@/business/lines";
import { draftTotals } from "@/screens/invoices/draft-totals";
import { type InvoiceValues, invoiceValues, newInvoice } from "@/screens/invoices/invoice-values";
import { choose, completeSeller, createParty, issueInvoice } from "./business";
import { expect, expectAccessible, HOSTILE, open, test } from "./support";

test("a draft is written with live totals, issued, printed, and credited", async ({ owner, signedIn: page }) => {
  await completeSeller(owner);
  await createParty(owner, HOSTILE[0]);
  await open(page, "/invoices/new");
  await choose(page, "Party", HOSTILE[0]);
  await page.getByLabel("Text *").fill(HOSTILE[1]);
  await page.getByLabel("Quantity *").fill("3");
  await page.getByLabel("Price (EUR) *").fill("33,335");
  await page.getByLabel("Discount").fill("5 %");
  await page.getByLabel("Supply from").fill("2026-01-05");
  await page.getByLabel("Supply until").fill("2026-01-06");
  await expect(page.getByText("€113.06")).toHaveCount(2);
  await expectAccessible(page);
  await page.getByRole("button", { name: "Save the draft" }).click();
  await expect(page.getByText("€113.06").first()).toBeVisible();
  await expectAccessible(page);

  await page.getByRole("button", { name: "Issue" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Issue" }).click();
  await expect(page.getByText("Issued", { exact: true })).toBeVisible();
  await page.getByRole("tab", { name: "PDF" }).click();
  await expect(page.locator("iframe")).toBeVisible({ timeout: 30_000 });

  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "E-invoice" }).click();
  await expect(page.getByText("CrossIndustryInvoice").first()).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();

  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Create a credit note" }).click();
  await page.getByRole("button", { name: "Create the draft" }).click();
  await expect(page.getByText("Credit note", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Issue" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Issue" }).click();
  await expect(page.getByText("Paid", { exact: true })).toBeVisible();
});

test("a change by another user is shown as a merge", async ({ owner, signedIn: page }) => {
  const party = await createParty(owner, "Port Authority");
  const body = { party_id: party, currency: "EUR", note: "first", lines: [] };
  const { id } = (await owner.api("POST", "/invoices", body)) as { id: string };
  await open(page, `/invoices/${id}/edit`);
  await page.getByLabel("Note").fill("mine");
  const other = await page.context().newPage();
  await open(other, `/invoices/${id}/edit`);
  await other.getByLabel("Purchase order").fill("PO-7");
  await other.getByRole("button", { name: "Save" }).click();
  await expect(other.getByText("PO-7")).toBeVisible();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("dialog", { name: "Changed by another user" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Save the choice" }).click();
  await expect(page.getByText("mine")).toBeVisible();
  await expect(page.getByText("PO-7")).toBeVisible();
});

test("the list has its filters in the address, and what a user does with several", async ({ owner, signedIn: page }) => {
  await completeSeller(owner);
  const party = await createParty(owner, "Port Authority");
  const { number } = await issueInvoice(owner, party, 60);
  await open(page, "/invoices?status=issued");
  await expect(page.getByRole("link", { name: number })).toBeVisible();
  await expect(page.getByText("Overdue", { exact: true }).first()).toBeVisible();
  await expectAccessible(page);
  await open(page, "/invoices?status=paid");
  await expect(page.getByText("Nothing found.")).toBeVisible();
});

// Numbers between 0 and `below`, the same in each run.
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >>> 8) % below;
  };
}

test("the live totals of drafts are those of the server", async ({ owner }) => {
  const party = await createParty(owner, "Port Authority");
  const next = numbers(11);
  const vat = () => {
    const rate = ["19", "7", "5.5", ""][next(4)] ?? "";
    return { category: rate ? ("S" as const) : ("Z" as const), rate_basis_points: rate, exemption_reason: "" };
  };
  const drafts: InvoiceValues[] = Array.from({ length: 60 }, () => {
    const currency = ["EUR", "JPY", "KWD", "HUF"][next(4)] ?? "EUR";
    return {
      ...invoiceValues({ party_id: party, currency, price_mode: next(2) === 0 ? "net" : "gross", cash_unit_minor: next(3) === 0 ? 5 : 1 }),
      retention_basis_points: String(next(11)),
      lines: Array.from({ length: 1 + next(8) }, () => ({
        text: "x",
        quantity: `${next(5) === 0 ? "-" : ""}${1 + next(500)}.${next(1000)}`,
        unit: "C62",
        unit_price: `${next(10_000)}.${next(100_000)}`,
        discount: next(3) === 0 ? `${next(60)}.${next(10)} %` : "",
        vat: vat(),
        contract_position: "",
      })),
      adjustments: next(3) === 0 ? [{ type: next(2) === 0 ? "allowance" : "charge", amount: String(next(1000)), reason: "x", vat: vat() }] : [],
    };
  });
  for (const draft of drafts) {
    const body = newInvoice(draft);
    expect(body.lines).toEqual(draft.lines.map((line) => lineBody(line, draft.currency)));
    const stored = (await owner.api("POST", "/invoices", body)) as { totals: unknown };
    expect(draftTotals(draft, 0).totals).toEqual(stored.totals);
  }
});
