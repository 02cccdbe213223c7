import { CartesianGrid, Legend, Line, LineChart, Tooltip, XAxis, YAxis } from "recharts";
import { AXIS, ChartFrame, type ChartProps, COLORS, TOOLTIP } from "./frame";

export default function Lines({ label, points, x, series, format, heightPx }: ChartProps) {
  return (
    <ChartFrame label={label} heightPx={heightPx}>
      <LineChart data={[...points]} accessibilityLayer={false}>
        <CartesianGrid vertical={false} stroke="var(--line)" />
        <XAxis dataKey={x} {...AXIS} />
        <YAxis {...AXIS} width="auto" tickFormatter={format} />
        <Tooltip {...TOOLTIP} formatter={(value) => (format ? format(Number(value)) : value)} />
        {series.length > 1 && <Legend />}
        {series.map(({ key, label: name }, index) => (
          <Line key={key} dataKey={key} name={name} stroke={COLORS[index % COLORS.length]} dot={false} strokeWidth={2} isAnimationActive={false} />
        ))}
      </LineChart>
    </ChartFrame>
  );
}
