import { describe, expect, it } from "vitest";
import { CURRENCIES } from "@/business/currencies";
import { decimalText, discountText, parseDiscount, parsePercent, percentText } from "@/business/numbers";
import { monthBefore } from "@/screens/accounting/month";
import { shareOf } from "@/screens/contracts/share";
import { partyFields, partyValues } from "@/screens/parties/party-values";
import { currenciesOf, major } from "@/screens/reports/amounts";
import { periods } from "@/screens/reports/period";

describe("numbers that a user types", () => {
  it("have a point or a comma", () => {
    expect(decimalText(" 12,5 ")).toBe("12.5");
  });

  it("are percentages in hundredths, and never rounded", () => {
    expect(["19", "7,7 %", "0.05", "100"].map(parsePercent)).toEqual([1900, 770, 5, 10_000]);
    for (const wrong of ["", "x", "1.234", "-1", "1e1"]) expect(parsePercent(wrong)).toBeUndefined();
    expect(percentText(770)).toBe("7.7");
  });

  it("are discounts by a percentage or an amount", () => {
    expect(parseDiscount("5 %", "EUR")).toEqual({ rate_basis_points: 500 });
    expect(parseDiscount("10,00", "EUR")).toEqual({ amount: { amount_minor: 1000, currency: "EUR" } });
    expect(parseDiscount("much", "EUR")).toBeUndefined();
    for (const typed of ["5 %", "10.00"]) expect(discountText(parseDiscount(typed, "EUR"))).toBe(typed);
  });
});

it("each currency is offered once", () => {
  expect(new Set(CURRENCIES).size).toBe(CURRENCIES.length);
});

it("the month before is a whole one, also in a leap year and over the end of a year", () => {
  expect(monthBefore("2026-12-01")).toEqual({ from: "2026-11-01", until: "2026-11-30" });
  expect(monthBefore("2028-03-31")).toEqual({ from: "2028-02-01", until: "2028-02-29" });
  expect(monthBefore("2027-01-15")).toEqual({ from: "2026-12-01", until: "2026-12-31" });
});

it("a report of VAT offers months, their quarters and their years", () => {
  expect(periods("2027-01-15", 3)).toEqual(["2027-01", "2026-12", "2026-11", "2027-Q1", "2026-Q4", "2027", "2026"]);
});

it("what is invoiced of nothing has no share", () => {
  expect([shareOf(50, 200), shareOf(300, 200), shareOf(-5, 200), shareOf(1, 0)]).toEqual([25, 150, 0, undefined]);
});

it("the currency of most rows is shown first", () => {
  expect(currenciesOf([{ currency: "CHF" }, { currency: "EUR" }, { currency: "EUR" }])).toEqual(["EUR", "CHF"]);
  expect(major({ amount_minor: 12_345, currency: "KWD" })).toBe(12.345);
});

it("an emptied value of a party's address is null, and an empty address of e-invoices is none", () => {
  const values = partyValues();
  values.address.city = " Hamburg ";
  const fields = partyFields(values);
  expect(fields.address).toEqual({ street: null, additional: null, postal_code: null, city: "Hamburg", region: null, country: null });
  expect(fields.e_invoice_address).toBe("");
});
