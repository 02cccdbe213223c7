import { QueryClient } from "@tanstack/react-query";

/** The client of requests repeats what is temporary, and tells of a lost connection; so queries do neither. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: { retry: false, networkMode: "always", staleTime: 15_000 },
    mutations: { retry: false, networkMode: "always" },
  },
});
