import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { read } from "@/api/read";
import { useMay } from "@/api/session";
import { SkeletonBlock } from "@/ui/skeleton";
import { standardVat, type VatValues } from "./vat-values";

export interface Defaults {
  currency: string;
  /** The VAT of a new line. */
  vat: VatValues;
  /** What the settings lack before an invoice can be issued. */
  missing: readonly string[];
}

// The standard rates in percent where most users are; elsewhere the user enters one.
const RATES: Readonly<Record<string, string>> = { DE: "19", AT: "20", CH: "8.1" };

/** Renders a form with what the settings of the organization propose. */
export function WithDefaults({ children }: { children: (defaults: Defaults) => ReactNode }) {
  const may = useMay();
  const { data, isLoading } = useQuery({ ...read("/api/v1/organization"), enabled: may("organization:read") });
  if (isLoading) return <SkeletonBlock lines={12} />;
  const seller = data?.settings.seller;
  return children({
    currency: data?.settings.default_currency ?? "EUR",
    vat: seller?.small_business
      ? { category: "E", rate_basis_points: "", exemption_reason: "" }
      : standardVat(RATES[seller?.address.country ?? "DE"] ?? ""),
    missing: seller?.missing ?? [],
  });
}
