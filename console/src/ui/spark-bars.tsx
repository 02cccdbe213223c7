interface Props {
  /** What is shown. The numbers are in a table beside it, or in the title of each bar. */
  label: string;
  points: readonly { name: string; value: number }[];
}

const HEIGHT = 60;
const LEAST = 30;

/** Small bars without axes, for a first impression. Charts with axes are in `chart`. */
export function SparkBars({ label, points }: Props) {
  const width = Math.max(points.length, LEAST) * 10;
  const start = width - points.length * 10;
  const most = Math.max(1, ...points.map(({ value }) => value));
  return (
    <svg role="img" aria-label={label} viewBox={`0 0 ${width} ${HEIGHT}`} preserveAspectRatio="none" className="h-16 w-full">
      {points.map(({ name, value }, index) => {
        const height = (value / most) * HEIGHT;
        return (
          <rect key={name} x={start + index * 10 + 1} y={HEIGHT - height} width="8" height={height} className="fill-accent">
            <title>{`${name}: ${value}`}</title>
          </rect>
        );
      })}
    </svg>
  );
}
