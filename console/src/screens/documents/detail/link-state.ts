interface Limits {
  expires_at: string;
  downloads: number;
  max_downloads: number | null;
}

/** Whether readers get the document no more: its time or its downloads are used up. */
export const isEnded = ({ expires_at, downloads, max_downloads }: Limits, now = Date.now()): boolean =>
  Date.parse(expires_at) <= now || (max_downloads !== null && downloads >= max_downloads);

/** A time as a field of a form shows it, in the zone of the browser. */
export function toLocal(time: string | number): string {
  const date = new Date(time);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** The time of the API for that of a field; what is no time stays, and the server refuses it. */
export function fromLocal(field: string): string {
  const date = new Date(field);
  return Number.isNaN(date.getTime()) ? field : date.toISOString();
}
