/** The months, quarters and years that a report of VAT offers, the newest first: `2026-11`, `2026-Q4`, `2026`. */
export function periods(day: string, count: number): string[] {
  const [year = 0, month = 1] = day.split("-").map(Number);
  const months = Array.from({ length: count }, (_, back) => {
    const number = year * 12 + month - 1 - back;
    return `${Math.floor(number / 12)}-${String((number % 12) + 1).padStart(2, "0")}`;
  });
  const quarters = months.map((of) => `${of.slice(0, 4)}-Q${Math.ceil(Number(of.slice(5)) / 3)}`);
  const years = months.map((of) => of.slice(0, 4));
  return [...new Set([...months, ...quarters, ...years])];
}
