import { describe, expect, it } from "vitest";
import { type Entry, lineAmount, millionths, rounded, total, type Vat } from "@/business/pricing";

// The same cases as in crates/domain/src/pricing.rs and pricing/totals/tests.rs.
const NONE = { prepaid: 0n, cashUnit: 1, retention: 0 };
const vat = (rate: number): Vat => ({ category: rate === 0 ? "Z" : "S", rate });
const line = (amount: bigint, rate: number): Entry => ({ kind: "line", amount, vat: vat(rate) });
const priced = (quantity: string, price: string, currency: string, rate?: number) =>
  lineAmount(millionths(quantity) ?? 0n, millionths(price) ?? 0n, rate === undefined ? undefined : { rate }, currency);

describe("a line", () => {
  it("halves are rounded away from zero", () => {
    const cases = [[5n, 10n, 1n], [-5n, 10n, -1n], [4n, 10n, 0n], [-4n, 10n, 0n], [15n, 10n, 2n], [-25n, 10n, -3n], [2n, 3n, 1n], [7n, 1n, 7n], [0n, 7n, 0n]] as const;
    for (const [numerator, denominator, expected] of cases) expect(rounded(numerator, denominator)).toBe(expected);
  });

  it("is rounded once to the minor unit of its currency", () => {
    expect(priced("12.5", "98.40", "EUR")).toBe(123_000n);
    expect(priced("1000", "0.0375", "EUR")).toBe(3_750n);
    expect(priced("3", "1234.5", "JPY")).toBe(3_704n);
    expect(priced("1", "0.0005", "KWD")).toBe(1n);
    expect(priced("-1", "0.005", "EUR")).toBe(-1n);
    expect(priced("1", "0.004999", "EUR")).toBe(0n);
    expect(priced("1", "0.5", "HUF")).toBe(50n);
  });

  it("has a discount that is rounded by itself and never exceeds the line", () => {
    expect(priced("1", "0.05", "EUR", 5_000)).toBe(2n);
    expect(priced("-2", "10", "EUR", 1_000)).toBe(-1_800n);
    expect(priced("1", "10", "EUR", 10_000)).toBe(0n);
    expect(() => lineAmount(1_000_000n, 10_000_000n, { amount: 1_001n }, "EUR")).toThrow("discount.too_large");
  });

  it("beyond the range of amounts is refused", () => {
    for (const currency of ["EUR", "JPY", "CLF"]) {
      expect(() => priced("999999999999.999999", "999999999999.999999", currency)).toThrow("amount.overflow");
    }
  });

  it("has no quantity or price that the API would not take", () => {
    for (const text of ["", "-", ".", "1.", ".5", "+1", "1e3", "1,5", " 1", "1.1234567", "1234567890123", "NaN"]) expect(millionths(text)).toBeUndefined();
  });
});

describe("totals", () => {
  it("tax is calculated once for each rate", () => {
    const { totals } = total("net", [line(33n, 1900), line(33n, 1900), line(33n, 1900), line(100n, 700)], NONE);
    expect(totals.vat).toEqual([
      { vat: vat(700), net: 100n, tax: 7n },
      { vat: vat(1900), net: 99n, tax: 19n },
    ]);
    expect(totals.gross).toBe(225n);
  });

  it("a gross price is reached to the cent", () => {
    for (const gross of [50_000n, 3n, 1n, 11_899n, -50_000n]) {
      const { nets, totals } = total("gross", [line(gross, 1900)], NONE);
      expect([totals.gross, (nets[0] ?? 0n) + totals.tax]).toEqual([gross, gross]);
    }
  });

  it("allowances, charges, prepayments and cash make the amount due", () => {
    const entries: Entry[] = [
      line(100_000n, 1900),
      { kind: "allowance", amount: 5_000n, vat: vat(1900) },
      { kind: "charge", amount: 1_234n, vat: vat(700) },
    ];
    const { totals } = total("net", entries, { prepaid: 10_003n, cashUnit: 5, retention: 500 });
    expect([totals.lines, totals.allowances, totals.charges]).toEqual([100_000n, 5_000n, 1_234n]);
    expect([totals.net, totals.tax, totals.gross]).toEqual([96_234n, 18_136n, 114_370n]);
    expect([totals.rounding, totals.due, totals.retained]).toEqual([-2n, 104_365n, 5_218n]);
  });

  it("100.03 CHF are 100.05 in cash", () => {
    expect(total("net", [line(10_003n, 0)], { ...NONE, cashUnit: 5 }).totals.due).toBe(10_005n);
  });

  it("a total out of range is refused", () => {
    const most = [line(9_000_000_000_000_000n, 1900)];
    expect(() => total("net", most, NONE)).toThrow("amount.overflow");
    expect(total("gross", most, NONE).totals.gross).toBe(9_000_000_000_000_000n);
  });
});

// A generator of the same numbers in each run (mulberry32).
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

it("every total is the sum of its parts, for 2,000 documents", () => {
  const next = numbers(7);
  const rates = [0, 550, 700, 998, 1900, 2700, 10_000];
  for (let document = 0; document < 2_000; document += 1) {
    const mode = next(2) === 0 ? "net" : "gross";
    const entries = Array.from({ length: 1 + next(11) }, (): Entry => {
      const kind = (["allowance", "charge", "line", "line", "line"] as const)[next(5)] ?? "line";
      const amount = BigInt(next(100_000_000)) * (kind === "line" && next(3) === 0 ? -1n : 1n);
      return { kind, amount, vat: vat(rates[next(rates.length)] ?? 0) };
    });
    const extras = { prepaid: BigInt(next(1_000_000)), cashUnit: next(101), retention: next(1_001) };
    const { nets, totals } = total(mode, entries, extras);
    const sum = (values: bigint[]) => values.reduce((one, other) => one + other, 0n);
    expect(sum(totals.vat.map(({ net }) => net))).toBe(totals.net);
    expect(sum(totals.vat.map(({ tax }) => tax))).toBe(totals.tax);
    expect(totals.gross - totals.prepaid + totals.rounding).toBe(totals.due);
    expect(totals.due % BigInt(Math.max(extras.cashUnit, 1))).toBe(0n);
    expect(sum(nets.map((net, index) => (entries[index]?.kind === "allowance" ? -net : net)))).toBe(totals.net);
    if (mode === "gross") {
      expect(sum(entries.map(({ kind, amount }) => (kind === "allowance" ? -amount : amount)))).toBe(totals.gross);
    }
  }
});
