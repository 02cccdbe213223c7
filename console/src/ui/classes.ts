/** The classes that are given, in one text. */
export const classes = (...names: (string | false | null | undefined)[]): string => names.filter(Boolean).join(" ");
