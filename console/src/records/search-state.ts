import { useNavigate, useSearch } from "@tanstack/react-router";

/** The state of a screen in its address, so that a link shows the same. */
export type SearchState = Readonly<Record<string, string | undefined>>;

/** Reads the state, and changes parts of it; `undefined` removes a part. */
export function useSearchState(): readonly [SearchState, (change: SearchState) => void] {
  const search: SearchState = useSearch({ strict: false });
  const navigate = useNavigate();
  const change = (parts: SearchState) =>
    void navigate({ to: ".", search: (before: SearchState) => ({ ...before, ...parts }), replace: true });
  return [search, change];
}
