import type { Item, ListPath, ReadPath } from "@/api/read";

interface Description {
  list: ListPath;
  one: ReadPath;
  /** The list takes `q`; otherwise its first page is searched here. */
  isSearchable: boolean;
  /** What a user calls a record. */
  name: (record: unknown) => string;
}

function kind<P extends ListPath>(list: P, one: ReadPath, name: (record: Item<P>) => string, isSearchable = true): Description {
  return { list, one, name: name as (record: unknown) => string, isSearchable };
}

/** The kinds of record that others name by their identity. */
export const KINDS = {
  project: kind("/api/v1/projects", "/api/v1/projects/{id}", ({ code, name }) => `${code} ${name}`),
  party: kind("/api/v1/parties", "/api/v1/parties/{id}", ({ name }) => name),
  contract: kind("/api/v1/contracts", "/api/v1/contracts/{id}", ({ number, title }) => [number, title].filter(Boolean).join(" ")),
  document: kind("/api/v1/documents", "/api/v1/documents/{id}", ({ name }) => name),
  payment: kind("/api/v1/payments", "/api/v1/payments/{id}", ({ reference, id }) => reference ?? `…${id.slice(-8)}`),
  invoice: kind("/api/v1/invoices", "/api/v1/invoices/{id}", ({ number, id }) => number ?? `…${id.slice(-8)}`),
  prompt: kind("/api/v1/prompts", "/api/v1/prompts/{id}", ({ name }) => name),
  model: kind("/api/v1/models", "/api/v1/models/{id}", ({ name }) => name),
  dataset: kind("/api/v1/datasets", "/api/v1/datasets/{id}", ({ name }) => name),
  evaluator: kind("/api/v1/evaluators", "/api/v1/evaluators/{id}", ({ name }) => name, false),
  team: kind("/api/v1/teams", "/api/v1/teams/{id}", ({ name }) => name, false),
  user: kind("/api/v1/members", "/api/v1/members/{id}", ({ name }) => name, false),
};

export type Kind = keyof typeof KINDS;

/** The identity of a record; a member's is that of the user. */
export const idOf = (record: unknown): string => {
  const { id, user_id } = record as { id?: string; user_id?: string };
  return id ?? user_id ?? "";
};
