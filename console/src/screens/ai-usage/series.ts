import type { components } from "@/generated/api";

type Usage = components["schemas"]["Usage"];
export type Measure = "cost_nano_usd" | "tokens" | "executions";

/** The value of a row that is plotted. */
export const measured = (row: Usage, measure: Measure): number =>
  measure === "tokens" ? row.tokens_input + row.tokens_output : row[measure];

export interface Plot {
  points: Record<string, string | number>[];
  series: { key: string; label: string }[];
}

const OTHERS = "others";
/** There are as many colours, and one for what is left. */
const MOST_SERIES = 4;

interface Names {
  /** What a row without a record is called. */
  none: string;
  others: string;
  /** What a record without a name is called: it was removed. */
  gone: (id: string) => string;
}

/** A point for each period, with a field for each of the largest records, and one for the others. */
export function plotOf(rows: readonly Usage[], measure: Measure, names: Names): Plot {
  const totals = new Map<string, { label: string; total: number }>();
  const keyOf = ({ record_id }: Usage) => record_id ?? "none";
  for (const row of rows) {
    const label = row.record_name ?? (row.record_id ? names.gone(row.record_id) : names.none);
    const total = (totals.get(keyOf(row))?.total ?? 0) + measured(row, measure);
    totals.set(keyOf(row), { label, total });
  }
  const largest = [...totals].sort(([, one], [, other]) => other.total - one.total);
  const shown = new Set(largest.slice(0, MOST_SERIES).map(([key]) => key));
  const points = new Map<string, Record<string, string | number>>();
  for (const row of rows) {
    const point = points.get(row.starts_on) ?? { starts_on: row.starts_on };
    const key = shown.has(keyOf(row)) ? keyOf(row) : OTHERS;
    point[key] = Number(point[key] ?? 0) + measured(row, measure);
    points.set(row.starts_on, point);
  }
  const series = largest.slice(0, MOST_SERIES).map(([key, { label }]) => ({ key, label }));
  if (largest.length > MOST_SERIES) series.push({ key: OTHERS, label: names.others });
  const sorted = [...points.values()].sort((one, other) => (one.starts_on ?? "") < (other.starts_on ?? "") ? -1 : 1);
  return { points: sorted.map((point) => ({ ...Object.fromEntries(series.map(({ key }) => [key, 0])), ...point })), series };
}

const SUMMED = ["executions", "succeeded", "failed", "cancelled", "unpriced", "tokens_input", "tokens_output", "tokens_cached", "cost_nano_usd"] as const;
export type Totals = Record<(typeof SUMMED)[number], number>;

/** All rows together. */
export const totalsOf = (rows: readonly Usage[]): Totals =>
  Object.fromEntries(SUMMED.map((field) => [field, rows.reduce((sum, row) => sum + row[field], 0)])) as Totals;
