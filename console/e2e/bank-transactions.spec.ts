import { choose, completeSeller, createParty, issueInvoice } from "./business";
import { expect, expectAccessible, HOSTILE, open, test } from "./support";

const day = new Date().toISOString().slice(0, 10);
const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const entry = (reference: string, amount: string, name: string, text: string) => `
  <Ntry><Amt Ccy="EUR">${amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
    <BookgDt><Dt>${day}</Dt></BookgDt><AcctSvcrRef>${reference}</AcctSvcrRef>
    <NtryDtls><TxDtls><RltdPties><Dbtr><Pty><Nm>${escaped(name)}</Nm></Pty></Dbtr></RltdPties>
      <RmtInf><Ustrd>${escaped(text)}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>`;

const statement = (entries: string) => `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
  <GrpHdr><MsgId>M1</MsgId><CreDtTm>${day}T08:00:00</CreDtTm></GrpHdr>
  <Stmt><Id>S1</Id><CreDtTm>${day}T08:00:00</CreDtTm><Acct><Id><IBAN>DE02120300000000202051</IBAN></Id><Ccy>EUR</Ccy></Acct>
  ${entries}</Stmt></BkToCstmrStmt></Document>`;

test("a statement pays the invoice that it names, and a user decides about the rest", async ({ owner, signedIn: page }) => {
  await completeSeller(owner);
  const party = await createParty(owner, "Port Authority");
  const { number } = await issueInvoice(owner, party);
  await issueInvoice(owner, party);
  await open(page, "/bank-transactions");
  await expect(page.getByRole("heading", { name: "No bank transactions yet" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Import a bank statement" }).first().click();
  const xml = statement(entry("A1", "119.00", "Port Authority", number) + entry("A2", "50.00", HOSTILE[0], HOSTILE[1]));
  await page.locator("input[type=file]").setInputFiles({ name: "camt.xml", mimeType: "application/xml", buffer: Buffer.from(xml) });
  await expect(page.getByText("1 booked")).toBeVisible();
  await expect(page.getByText("1 to decide")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).last().click();

  await page.getByRole("row", { name: /To decide/ }).getByRole("link").click();
  await expect(page.getByRole("heading", { name: HOSTILE[0] })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Ignore" }).click();
  await page.getByRole("button", { name: "Ignore" }).click();
  await page.getByRole("button", { name: "Reopen" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Reopen" }).click();
  await page.getByRole("button", { name: "Book" }).click();
  await choose(page, "Party", "Port Authority");
  await page.getByRole("button", { name: "Distribute, oldest first" }).click();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Record the payment" }).click();
  await expect(page.getByText("Booked", { exact: true })).toBeVisible();
});
