const DECIMALS = 9;

/** Billionths of a US dollar as a text in a field: `0.15`. */
export function usdText(nanoUsd: number | null | undefined): string {
  if (nanoUsd == null) return "";
  const digits = String(nanoUsd).padStart(DECIMALS + 1, "0");
  return `${digits.slice(0, -DECIMALS)}.${digits.slice(-DECIMALS)}`.replace(/\.?0+$/, "");
}

/** The billionths of a US dollar that a user has typed, with a point or a comma; none if it is no amount. */
export function parseUsd(text: string): number | undefined {
  const found = /^(\d{1,10})(?:[.,](\d{0,9}))?$/.exec(text.trim());
  if (!found) return undefined;
  const nano = Number(`${found[1]}${(found[2] ?? "").padEnd(DECIMALS, "0")}`);
  return Number.isSafeInteger(nano) ? nano : undefined;
}
