import { queries } from "@/api/queries";

/** Reads again what a decision about a transaction changes. */
export const refreshTransactions = () =>
  queries.invalidateQueries({ predicate: ({ queryKey: [path] }) => /^\/api\/v1\/(bank-transactions|payments|invoices)/.test(String(path)) });
