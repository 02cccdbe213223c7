import type { ReactElement } from "react";
import { ResponsiveContainer } from "recharts";

export interface Series {
  /** The field of a point with the value. */
  key: string;
  label: string;
}

export interface ChartProps {
  /** What is shown; screen readers read the table beside the chart. */
  label: string;
  points: readonly Readonly<Record<string, string | number>>[];
  /** The field of a point with its place on the axis. */
  x: string;
  series: readonly Series[];
  format?: (value: number) => string;
  heightPx?: number;
}

/** Colours that differ in lightness, too, so that they are told apart without their hue. */
export const COLORS = ["var(--accent)", "var(--warn)", "var(--good)", "var(--bad)", "var(--muted)"];

export const AXIS = { stroke: "var(--muted)", fontSize: 12, tickLine: false } as const;

export const TOOLTIP = {
  contentStyle: { background: "var(--raised)", border: "1px solid var(--line)", borderRadius: 6 },
  itemStyle: { color: "var(--text)" },
  cursor: { fill: "var(--tint)" },
} as const;

export function ChartFrame({ label, heightPx = 240, children }: { label: string; heightPx?: number | undefined; children: ReactElement }) {
  return (
    <div role="img" aria-label={label} style={{ height: heightPx }}>
      <ResponsiveContainer>{children}</ResponsiveContainer>
    </div>
  );
}
