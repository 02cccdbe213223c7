import { Bar, BarChart, CartesianGrid, Legend, Tooltip, XAxis, YAxis } from "recharts";
import { AXIS, ChartFrame, type ChartProps, COLORS, TOOLTIP } from "./frame";

/** Bars side by side, or on top of each other. */
export default function Bars({ label, points, x, series, format, heightPx, isStacked }: ChartProps & { isStacked?: boolean }) {
  return (
    <ChartFrame label={label} heightPx={heightPx}>
      <BarChart data={[...points]} accessibilityLayer={false}>
        <CartesianGrid vertical={false} stroke="var(--line)" />
        <XAxis dataKey={x} {...AXIS} />
        <YAxis {...AXIS} width="auto" tickFormatter={format} />
        <Tooltip {...TOOLTIP} formatter={(value) => (format ? format(Number(value)) : value)} />
        {series.length > 1 && <Legend />}
        {series.map(({ key, label: name }, index) => (
          <Bar
            key={key}
            dataKey={key}
            name={name}
            fill={COLORS[index % COLORS.length]}
            isAnimationActive={false}
            maxBarSize={80}
            {...(isStacked ? { stackId: "all" } : {})}
          />
        ))}
      </BarChart>
    </ChartFrame>
  );
}
