import { queries } from "@/api/queries";

/** Reads again what an invoice changes. */
export const refreshInvoices = () =>
  queries.invalidateQueries({
    predicate: ({ queryKey: [path] }) => /^\/api\/v1\/(invoices|payments|contracts|dunning-notices)/.test(String(path)),
  });
