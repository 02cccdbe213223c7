import type { ReactNode } from "react";
import { useState } from "react";

export interface Column<T> {
  id: string;
  header: string;
  cell: (row: T) => ReactNode;
  /** The name of the order in the API's `sort`. */
  sort?: string;
  isNumber?: boolean;
  /** Not shown until the user chooses it. */
  isHidden?: boolean;
}

/** Which columns a list shows, kept in this browser. */
export function useColumnSet<T>(list: string, columns: readonly Column<T>[]) {
  const stored = `plinth.columns.${list}`;
  const [visibility, setVisibility] = useState<Record<string, boolean>>(() => ({
    ...Object.fromEntries(columns.map(({ id, isHidden }) => [id, !isHidden])),
    ...(JSON.parse(localStorage.getItem(stored) ?? "{}") as Record<string, boolean>),
  }));
  const show = (id: string, isShown: boolean) => {
    const next = { ...visibility, [id]: isShown };
    localStorage.setItem(stored, JSON.stringify(next));
    setVisibility(next);
  };
  return [visibility, show] as const;
}
