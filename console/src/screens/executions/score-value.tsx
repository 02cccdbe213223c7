import { useTranslation } from "react-i18next";
import type { components } from "@/generated/api";
import { useLocale } from "@/ui/values";

/** A number, yes or no, or a category. */
export function ScoreValue({ value }: { value: components["schemas"]["ScoreValue"] }) {
  const { t } = useTranslation("executions");
  const locale = useLocale();
  if (typeof value === "boolean") return value ? t("common:yes") : t("common:no");
  if (typeof value === "string") return <span className="wrap-anywhere">{value}</span>;
  return <span className="tabular-nums">{new Intl.NumberFormat(locale, { maximumFractionDigits: 6 }).format(value)}</span>;
}
