interface Range {
  start: number;
  /** The character behind the last one. */
  end: number;
}

/** A text in parts, of which those in the ranges are marked. Ranges count Unicode's scalar values. */
export function marked(text: string, ranges: readonly Range[]): { text: string; isMarked: boolean }[] {
  const characters = [...text];
  const parts: { text: string; isMarked: boolean }[] = [];
  const add = (from: number, to: number, isMarked: boolean) => {
    if (to > from) parts.push({ text: characters.slice(from, to).join(""), isMarked });
  };
  let at = 0;
  for (const { start, end } of [...ranges].sort((one, other) => one.start - other.start)) {
    add(at, start, false);
    add(Math.max(at, start), end, true);
    at = Math.max(at, end);
  }
  add(at, characters.length, false);
  return parts;
}
