import type { components } from "@/generated/api";
import { parsePercent, percentText } from "./numbers";
import type { VatCategory } from "./pricing";

type Vat = components["schemas"]["Vat"];

/** The VAT in a form: the rate is a percentage as it is typed. */
export interface VatValues {
  category: VatCategory;
  rate_basis_points: string;
  exemption_reason: string;
}

export const standardVat = (percent: string): VatValues => ({ category: "S", rate_basis_points: percent, exemption_reason: "" });

export const vatValues = ({ category, rate_basis_points, exemption_reason }: Vat): VatValues => ({
  category,
  rate_basis_points: category === "S" ? percentText(rate_basis_points ?? 0) : "",
  exemption_reason: exemption_reason ?? "",
});

/** Only S has a rate. */
export const vatBody = ({ category, rate_basis_points, exemption_reason }: VatValues): Vat => ({
  category,
  rate_basis_points: category === "S" ? (parsePercent(rate_basis_points) ?? 0) : 0,
  ...(category !== "S" && exemption_reason.trim() ? { exemption_reason: exemption_reason.trim() } : {}),
});
