/** Headers that were typed as lines `Name: value`; a line without a colon is a name without a value. */
export function headersIn(text: string): Record<string, string> {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(":");
      const end = colon === -1 ? line.length : colon;
      return [line.slice(0, end).trim(), line.slice(end + 1).trim()];
    }),
  );
}
