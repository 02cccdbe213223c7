import { expect, it } from "vitest";
import { allocatedSum, allocationBodies, cashDiscountOn, distribute, isSettledBy } from "@/business/allocations";

const open = (id: string, due_on: string | null, amount_minor: number) => ({ id, due_on, open: { amount_minor, currency: "EUR" } });

it("an amount settles what is due first, and never more than is open", () => {
  const invoices = [open("b", "2026-02-01", 5_000), open("c", null, 700), open("a", "2026-01-01", 3_000)];
  expect([...distribute(6_000, invoices)]).toEqual([["a", 3_000], ["b", 3_000], ["c", 0]]);
  expect([...distribute(9_000, invoices).values()].reduce((sum, part) => sum + part)).toBe(8_700);
});

it("received money settles outgoing invoices and credit notes of suppliers, sent money the others", () => {
  expect(isSettledBy("received", { direction: "receivable", kind: "standard" })).toBe(true);
  expect(isSettledBy("received", { direction: "payable", kind: "credit_note" })).toBe(true);
  expect(isSettledBy("sent", { direction: "payable", kind: "final" })).toBe(true);
  expect(isSettledBy("sent", { direction: "receivable", kind: "standard" })).toBe(false);
});

it("what is not typed is no allocation, and a cash discount stands alone", () => {
  const typed = { a: { amount: "10,50" }, b: {}, c: { amount: "", cash_discount: "2" } };
  expect(allocatedSum(typed, "EUR")).toBe(1_050);
  expect(allocationBodies(typed, "EUR")).toEqual([
    { invoice_id: "a", amount: { amount_minor: 1_050, currency: "EUR" } },
    { invoice_id: "c", amount: { amount_minor: 0, currency: "EUR" }, cash_discount: { amount_minor: 200, currency: "EUR" } },
  ]);
});

it("the cash discount is the best one of the terms that still hold, of what is not retained", () => {
  const euro = (amount_minor: number) => ({ amount_minor, currency: "EUR" });
  const totals = { due: euro(8_407_350), retained: euro(420_368) } as never;
  const discounts = [{ days: 10, rate_basis_points: 200 }, { days: 20, rate_basis_points: 100 }];
  const on = (day: string) => cashDiscountOn(day, { issued_on: "2026-12-01", discounts, totals });
  expect([on("2026-12-11"), on("2026-12-12"), on("2026-12-22")]).toEqual([159_740, 79_870, 0]);
});
