import { queries } from "@/api/queries";

/** Reads again what a notice changes. */
export const refreshNotices = () =>
  queries.invalidateQueries({ predicate: ({ queryKey: [path] }) => /^\/api\/v1\/(dunning-notices|invoices)|^next-notice/.test(String(path)) });
