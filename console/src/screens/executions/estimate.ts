import type { components } from "@/generated/api";

type Price = Pick<components["schemas"]["ModelPrice"], "valid_from" | "output_nano_usd">;

const BYTES_OF_A_TOKEN = 4;

/** The tokens of a text, as the API estimates them until the provider has counted. */
export const tokensOf = (text: string): number => Math.ceil(new TextEncoder().encode(text).length / BYTES_OF_A_TOKEN);

/** What tokens of an answer cost, by the newest price that is valid; none without a price. */
export function costOf(tokens: number, prices: readonly Price[], now: number): number | undefined {
  const valid = prices.filter(({ valid_from }) => Date.parse(valid_from) <= now);
  const [newest] = valid.sort((one, other) => Date.parse(other.valid_from) - Date.parse(one.valid_from));
  return newest && Math.round((tokens * newest.output_nano_usd) / 1e6);
}
