import { useLocale } from "@/ui/values";

/** A time in milliseconds, or in seconds from a second on. */
export function Duration({ ms }: { ms: number | null | undefined }) {
  const locale = useLocale();
  if (ms == null) return <span className="text-muted">–</span>;
  const isShort = ms < 1000;
  const format = new Intl.NumberFormat(locale, {
    style: "unit",
    unit: isShort ? "millisecond" : "second",
    maximumFractionDigits: isShort ? 0 : 1,
  });
  return <span className="whitespace-nowrap tabular-nums">{format.format(isShort ? ms : ms / 1000)}</span>;
}
