/** The first and the last day of the month before that of a day. */
export function monthBefore(day: string): { from: string; until: string } {
  const [year = 0, month = 1] = day.split("-").map(Number);
  const text = (date: Date) => date.toISOString().slice(0, 10);
  return { from: text(new Date(Date.UTC(year, month - 2, 1))), until: text(new Date(Date.UTC(year, month - 1, 0))) };
}
