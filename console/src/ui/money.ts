export interface Amount {
  amount_minor: number;
  currency: string;
}

// ISO 4217. `Intl` has the decimals of CLDR, which are others for some: none for HUF and IDR.
const DECIMALS: Readonly<Record<string, number>> = Object.fromEntries(
  ["BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF", "", "", "BHD IQD JOD KWD LYD OMR TND", "CLF UYW"].flatMap(
    (codes, decimals) => codes.split(" ").map((code) => [code, decimals]),
  ),
);

/** How many decimals a currency has: 2 for EUR, 0 for JPY, 3 for KWD. */
export const decimalsOf = (currency: string): number => DECIMALS[currency] ?? 2;

/** An amount in the manner of a language: `1.234,50 €`. */
export function formatMoney(amount: Amount, language: string): string {
  const decimals = decimalsOf(amount.currency);
  const format = new Intl.NumberFormat(language, {
    style: "currency",
    currency: amount.currency,
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  // The text is exact where the quotient of large amounts is not.
  return format.format(moneyText(amount) as Intl.StringNumericLiteral);
}

/** An amount in a text field: `1234.50`. */
export function moneyText({ amount_minor, currency }: Amount): string {
  const decimals = decimalsOf(currency);
  const digits = String(Math.abs(amount_minor)).padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  const text = decimals === 0 ? whole : `${whole}.${digits.slice(-decimals)}`;
  return amount_minor < 0 ? `-${text}` : text;
}

/** The amount that a user has typed, with a point or a comma for decimals; none if it is no amount. */
export function parseMoney(text: string, currency: string): Amount | undefined {
  const decimals = decimalsOf(currency);
  const normal = text.trim().replace(",", ".");
  if (!new RegExp(`^-?\\d{1,14}(\\.\\d{0,${decimals}})?$`).test(normal)) return undefined;
  const [whole = "", fraction = ""] = normal.split(".");
  const minor = Number(`${whole}${fraction.padEnd(decimals, "0")}`);
  return Number.isSafeInteger(minor) ? { amount_minor: minor, currency } : undefined;
}
