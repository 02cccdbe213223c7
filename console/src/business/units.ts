/** Units of UN/ECE Recommendation 20 that are used often, and have a name in the texts. */
export const UNITS = ["C62", "H87", "HUR", "DAY", "WEE", "MON", "ANN", "LS", "MTR", "KMT", "MTK", "MTQ", "LTR", "KGM", "TNE", "KWH", "P1"] as const;

export const isNamedUnit = (code: string): boolean => (UNITS as readonly string[]).includes(code);
