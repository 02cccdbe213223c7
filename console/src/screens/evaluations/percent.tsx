import { useLocale } from "@/ui/values";

/** A part of 1 as a percentage. */
export function Percent({ value }: { value: number | null }) {
  const locale = useLocale();
  if (value === null) return <span className="text-muted">–</span>;
  const format = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 });
  return <span className="tabular-nums">{format.format(value)}</span>;
}

/** A score from 0 to 1. */
export function Score({ value }: { value: number | null }) {
  const locale = useLocale();
  if (value === null) return <span className="text-muted">–</span>;
  const format = new Intl.NumberFormat(locale, { minimumFractionDigits: 3, maximumFractionDigits: 3 });
  return <span className="tabular-nums">{format.format(value)}</span>;
}
