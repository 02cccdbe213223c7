import { describe, expect, it } from "vitest";
import { plotOf, totalsOf } from "@/screens/ai-usage/series";
import { partsOf } from "@/screens/budgets/parts";

type Row = Parameters<typeof totalsOf>[0][number];
const row = (starts_on: string, record_id: string | null, cost: number) =>
  ({ starts_on, record_id, record_name: record_id && `name ${record_id}`, cost_nano_usd: cost, tokens_input: 1, tokens_output: 2, executions: 1 }) as unknown as Row;
const names = { none: "None", others: "Others", gone: (id: string) => id };

describe("the plot of usage", () => {
  it("has a point for each period, in the order of time, with nothing as 0", () => {
    const { points } = plotOf([row("2026-02-02", "a", 3), row("2026-02-01", "b", 4)], "cost_nano_usd", names);
    expect(points).toEqual([
      { starts_on: "2026-02-01", a: 0, b: 4 },
      { starts_on: "2026-02-02", a: 3, b: 0 },
    ]);
  });

  it("names the largest records, and adds up the others", () => {
    const rows = ["a", "b", "c", "d", "e", "f"].map((id, index) => row("2026-02-01", id, 10 - index));
    const { points, series } = plotOf(rows, "cost_nano_usd", names);
    expect(series.map(({ label }) => label)).toEqual(["name a", "name b", "name c", "name d", "Others"]);
    expect(points[0]).toMatchObject({ others: 11 });
  });

  it("measures tokens of both ways", () => {
    expect(plotOf([row("2026-02-01", null, 0)], "tokens", names)).toMatchObject({ points: [{ none: 3 }], series: [{ label: "None" }] });
  });

  it("has the totals of all rows", () => {
    expect(totalsOf([row("2026-02-01", "a", 3), row("2026-02-02", "a", 4)])).toMatchObject({ cost_nano_usd: 7, tokens_output: 4 });
  });
});

describe("the spending of a budget", () => {
  const budget = (spent: number, held: number, limit = 100) => ({
    current: { spent_nano_usd: spent, reserved_nano_usd: held, starts_on: "2026-02-01" },
    hard_limit_nano_usd: limit,
    soft_percent: 80,
  });

  it("never fills more than the whole", () => {
    expect(partsOf(budget(90, 30))).toEqual({ spent: 90, held: 10, isWarned: true, isFull: false });
    expect(partsOf(budget(130, 0))).toMatchObject({ spent: 100, held: 0, isFull: true });
  });

  it("of a limit of nothing is used up", () => {
    expect(partsOf(budget(0, 0, 0))).toMatchObject({ spent: 100, isFull: true });
  });
});
