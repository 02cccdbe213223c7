import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { paths } from "@/generated/api";
import { answer, api } from "./client";
import { nextCursor, type Page } from "./page";

/** Paths that answer a GET with JSON. */
export type ReadPath = {
  [P in keyof paths]: paths[P] extends { get: { responses: { 200: { content: { "application/json": unknown } } } } }
    ? P
    : never;
}[keyof paths];

export type Answer<P extends ReadPath> = paths[P] extends {
  get: { responses: { 200: { content: { "application/json": infer T } } } };
}
  ? T
  : never;

type Parameters<P extends ReadPath> = paths[P] extends { get: { parameters: infer T } } ? T : never;
type PathOf<P extends ReadPath> = Parameters<P> extends { path: infer T } ? { path: T } : { path?: undefined };
export type QueryOf<P extends ReadPath> = Parameters<P> extends { query?: infer T } ? NonNullable<T> : never;
export type Params<P extends ReadPath> = PathOf<P> & { query?: QueryOf<P> };

/** Paths of lists with pages. */
export type ListPath = {
  [P in ReadPath]: Answer<P> extends { data: unknown[]; next_cursor: string | null } ? P : never;
}[ReadPath];

export type Item<P extends ListPath> = Answer<P> extends { data: (infer T)[] } ? T : never;

// The generic client cannot be told that `params` fits `path`; `Params` has checked it.
type Get = (path: string, options: object) => Promise<{ data?: unknown; error?: unknown; response: Response }>;
const get = api.GET as unknown as Get;

/** A query of one answer: `useQuery(read("/api/v1/projects/{id}", { path: { id } }))`. */
export function read<P extends ReadPath>(path: P, params?: Params<P>) {
  return queryOptions({
    queryKey: [path, params ?? {}] as const,
    queryFn: ({ signal }) => answer(get(path, { params: params ?? {}, signal })) as Promise<Answer<P>>,
  });
}

/** A query of all pages of a list, one after the other, by their cursors. */
export function pages<P extends ListPath>(path: P, params?: Params<P>) {
  return infiniteQueryOptions({
    queryKey: [path, params ?? {}, "pages"] as const,
    queryFn: ({ signal, pageParam }) => {
      const query = { ...params?.query, ...(pageParam ? { cursor: pageParam } : {}) };
      const sent = get(path, { params: { ...params, query }, signal });
      return answer(sent) as Promise<Answer<P> & Page<Item<P>>>;
    },
    initialPageParam: "",
    getNextPageParam: nextCursor,
  });
}
