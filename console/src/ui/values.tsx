import { useTranslation } from "react-i18next";
import { useMe } from "@/api/session";
import { type Amount, formatMoney } from "./money";

/** The time zone of the user, or that of the browser. */
export function useTimeZone(): string {
  const { user } = useMe();
  return user.time_zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** The locale of numbers and dates: that of the user, or of the browser, if it is of the language that is shown. */
export function useLocale(): string {
  const { i18n } = useTranslation();
  const { user } = useMe();
  const known = [user.locale, ...navigator.languages];
  return known.find((one) => one?.split("-")[0] === i18n.language) ?? i18n.language;
}

const NOTHING = <span className="text-muted">–</span>;

/** An amount, aligned with those above and below. */
export function Money({ value }: { value: Amount | null | undefined }) {
  const locale = useLocale();
  return value ? <span className="whitespace-nowrap tabular-nums">{formatMoney(value, locale)}</span> : NOTHING;
}

export function Count({ value }: { value: number | null | undefined }) {
  const locale = useLocale();
  return value == null ? NOTHING : <span className="tabular-nums">{new Intl.NumberFormat(locale).format(value)}</span>;
}

const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];

/** A point in time, in the zone of the user. `relative` says how long ago it was, up to a week. */
export function Time({ value, relative }: { value: string | null | undefined; relative?: boolean }) {
  const locale = useLocale();
  const timeZone = useTimeZone();
  if (!value) return NOTHING;
  const date = new Date(value);
  const full = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone }).format(date);
  const ago = relative ? relativeTime(date, locale) : undefined;
  return (
    <time dateTime={value} title={`${full} (${timeZone})`} className="whitespace-nowrap">
      {ago ?? full}
    </time>
  );
}

function relativeTime(date: Date, language: string): string | undefined {
  const seconds = (date.getTime() - Date.now()) / 1000;
  if (Math.abs(seconds) > 7 * 86_400) return undefined;
  const [unit, size] = STEPS.find(([, step]) => Math.abs(seconds) >= step) ?? ["second", 1];
  return new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(Math.round(seconds / size), unit);
}

/** A day without a time, which is the same in all zones. */
export function Day({ value }: { value: string | null | undefined }) {
  const locale = useLocale();
  if (!value) return NOTHING;
  const text = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" }).format(new Date(value));
  return <time dateTime={value} className="whitespace-nowrap">{text}</time>;
}

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];

/** A size of a file, in units of 1000 bytes. */
export function Bytes({ value }: { value: number | null | undefined }) {
  const locale = useLocale();
  if (value == null) return NOTHING;
  const power = Math.min(Math.floor(Math.log10(Math.max(value, 1)) / 3), UNITS.length - 1);
  const format = new Intl.NumberFormat(locale, {
    style: "unit",
    unit: UNITS[power],
    unitDisplay: "short",
    maximumFractionDigits: power === 0 ? 0 : 1,
  });
  return <span className="whitespace-nowrap tabular-nums">{format.format(value / 1000 ** power)}</span>;
}

/** What models cost, from billionths of a US dollar. */
export function Cost({ nanoUsd }: { nanoUsd: number | null | undefined }) {
  const locale = useLocale();
  if (nanoUsd == null) return NOTHING;
  // A call of a small model costs less than a thousandth of a cent.
  const digits = Math.abs(nanoUsd) < 1e7 ? { maximumSignificantDigits: 2 } : { maximumFractionDigits: 4 };
  const format = new Intl.NumberFormat(locale, { style: "currency", currency: "USD", ...digits });
  return <span className="whitespace-nowrap tabular-nums">{format.format(nanoUsd / 1e9)}</span>;
}
