import { expect, it } from "vitest";
import { decimalsOf, formatMoney, moneyText, parseMoney } from "@/ui/money";

it("an amount is typed with a point or a comma, and never rounded", () => {
  expect(parseMoney("1234,5", "EUR")).toEqual({ amount_minor: 123_450, currency: "EUR" });
  expect(parseMoney("-0.01", "EUR")).toEqual({ amount_minor: -1, currency: "EUR" });
  expect(parseMoney("5", "JPY")).toEqual({ amount_minor: 5, currency: "JPY" });
  for (const wrong of ["1.005", "1.234,50", "x", "", "1e3"]) expect(parseMoney(wrong, "EUR")).toBeUndefined();
});

it("an amount is shown in a field as it is typed", () => {
  expect(moneyText({ amount_minor: -5, currency: "EUR" })).toBe("-0.05");
  expect(parseMoney(moneyText({ amount_minor: 1_234_567, currency: "KWD" }), "KWD")?.amount_minor).toBe(1_234_567);
});

it("the decimals of a currency are those of ISO 4217, which differ from those of the browser", () => {
  expect(["EUR", "HUF", "IDR", "IQD", "JPY", "CLF"].map(decimalsOf)).toEqual([2, 2, 2, 3, 0, 4]);
  expect(formatMoney({ amount_minor: 123_450, currency: "HUF" }, "en")).toBe("HUF\u00a01,234.50");
});

it("the largest amount is shown exactly", () => {
  expect(formatMoney({ amount_minor: 8_999_999_999_999_999, currency: "EUR" }, "en")).toBe("€89,999,999,999,999.99");
});
