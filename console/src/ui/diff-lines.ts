export interface DiffLine {
  kind: "same" | "added" | "removed";
  text: string;
}

// The table of a comparison has this many cells at most; larger texts are compared as a whole.
const MOST_CELLS = 4_000_000;

/** The lines that differ between two texts, by the longest common subsequence. */
export function diffLines(before: string, after: string): DiffLine[] {
  const one = before === "" ? [] : before.split("\n");
  const other = after === "" ? [] : after.split("\n");
  let start = 0;
  while (start < one.length && start < other.length && one[start] === other[start]) start += 1;
  let end = 0;
  while (end < one.length - start && end < other.length - start && one.at(-1 - end) === other.at(-1 - end)) end += 1;
  const same = (lines: string[]): DiffLine[] => lines.map((text) => ({ kind: "same", text }));
  return [
    ...same(one.slice(0, start)),
    ...between(one.slice(start, one.length - end), other.slice(start, other.length - end)),
    ...same(end === 0 ? [] : one.slice(-end)),
  ];
}

function between(one: string[], other: string[]): DiffLine[] {
  const removed = (text: string): DiffLine => ({ kind: "removed", text });
  const added = (text: string): DiffLine => ({ kind: "added", text });
  const width = other.length + 1;
  if ((one.length + 1) * width > MOST_CELLS) return [...one.map(removed), ...other.map(added)];
  // The length of the longest common subsequence of what follows each pair of places.
  const lengths = new Uint32Array((one.length + 1) * width);
  const at = (row: number, column: number) => lengths[row * width + column] ?? 0;
  for (let row = one.length - 1; row >= 0; row -= 1) {
    for (let column = other.length - 1; column >= 0; column -= 1) {
      lengths[row * width + column] =
        one[row] === other[column] ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const lines: DiffLine[] = [];
  let row = 0;
  let column = 0;
  while (row < one.length && column < other.length) {
    if (one[row] === other[column]) {
      lines.push({ kind: "same", text: one[row] ?? "" });
      row += 1;
      column += 1;
    } else if (at(row + 1, column) >= at(row, column + 1)) {
      lines.push(removed(one[row] ?? ""));
      row += 1;
    } else {
      lines.push(added(other[column] ?? ""));
      column += 1;
    }
  }
  return [...lines, ...one.slice(row).map(removed), ...other.slice(column).map(added)];
}
