import { isSame } from "@/forms/bodies";

type Json = Record<string, unknown>;

export interface Difference {
  field: string;
  /** As it was when the user began. */
  base: unknown;
  mine: unknown;
  theirs: unknown;
  /** Both have changed it, to different values. */
  isConflict: boolean;
}

/** What differs between a patch of the user and a record that was changed meanwhile. */
export function differences(base: Json, patch: Json, theirs: Json, fields: readonly string[]): Difference[] {
  const found: Difference[] = [];
  for (const field of fields) {
    const before = base[field] ?? null;
    const other = theirs[field] ?? null;
    const isMine = field in patch;
    const mine = isMine ? (patch[field] ?? null) : before;
    const isTheirs = !isSame(before, other);
    if ((!isMine && !isTheirs) || isSame(mine, other)) continue;
    found.push({ field, base: before, mine, theirs: other, isConflict: isMine && isTheirs });
  }
  return found;
}

/** The patch of the record as it is now, with the user's choice for each field. */
export function merged(found: readonly Difference[], choices: Readonly<Record<string, "mine" | "theirs">>): Json {
  const patch: Json = {};
  for (const { field, mine } of found) if (choices[field] === "mine") patch[field] = mine;
  return patch;
}

/** What is proposed: the value of the side that has changed a field, and the user's where both have. */
export const proposal = (found: readonly Difference[], patch: Json): Record<string, "mine" | "theirs"> =>
  Object.fromEntries(found.map(({ field }) => [field, field in patch ? "mine" : "theirs"]));
