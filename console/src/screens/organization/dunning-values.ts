import type { components } from "@/generated/api";
import { moneyText, parseMoney } from "@/ui/money";

type DunningSettings = components["schemas"]["DunningSettings"];

/** The settings of dunning as a form holds them: amounts are texts in the currency of the organization. */
export const dunningForm = ({ minimum, levels, base_rates, ...rates }: DunningSettings) => ({
  minimum: minimum ? moneyText(minimum) : "",
  business_rate_basis_points: rates.business_rate_basis_points ?? "",
  consumer_rate_basis_points: rates.consumer_rate_basis_points ?? "",
  levels: levels.map((level) => ({
    ...level,
    fee: level.fee ? moneyText(level.fee) : "",
    // No field shows it: a row keeps its currency, also when rows before it are removed.
    fee_currency: level.fee?.currency,
    text_en: level.text_en ?? "",
    text_de: level.text_de ?? "",
  })),
  base_rates,
});

export type DunningForm = ReturnType<typeof dunningForm>;

/** What the API gets of such a form. An amount keeps the currency that it had. */
export function dunningFields({ minimum, levels, ...rest }: DunningForm, before: DunningSettings, currency: string) {
  const money = (text: string, own: string | undefined) => (text === "" ? null : (parseMoney(text, own ?? currency) ?? null));
  return {
    ...rest,
    minimum: money(minimum, before.minimum?.currency),
    levels: levels.map(({ fee, fee_currency, ...level }) => ({ ...level, fee: money(fee, fee_currency) ?? "" })),
  };
}
