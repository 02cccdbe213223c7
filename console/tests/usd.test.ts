import { expect, it } from "vitest";
import { parseUsd, usdText } from "@/ui/usd";

it("US dollars are exact to the billionth", () => {
  expect(parseUsd("0.15")).toBe(150_000_000);
  expect(parseUsd("0,000000001")).toBe(1);
  expect(parseUsd("12")).toBe(12_000_000_000);
  expect(usdText(1)).toBe("0.000000001");
  expect(usdText(150_000_000)).toBe("0.15");
  expect(usdText(10_000_000_000)).toBe("10");
  expect(usdText(0)).toBe("0");
});

it("what is no amount, or is larger than a number holds, is refused", () => {
  for (const text of ["", "-1", "1e3", "0.0000000001", "99999999999"]) expect(parseUsd(text)).toBeUndefined();
});
