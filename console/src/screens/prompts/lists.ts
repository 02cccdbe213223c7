/** The values of a text field that has several, separated by commas. */
export const listOf = (text: string): string[] => text.split(",").map((value) => value.trim()).filter(Boolean);
