/** The kinds of events, each with the names of its events. */
export type Catalogue = ReadonlyMap<string, readonly string[]>;

const kindOf = (name: string): string => name.slice(0, name.indexOf("."));

export function catalogueOf(names: readonly string[]): Catalogue {
  const kinds = new Map<string, string[]>();
  for (const name of names) kinds.set(kindOf(name), [...(kinds.get(kindOf(name)) ?? []), name]);
  return kinds;
}

/** Whether patterns (`*`, `project.*`, `project.created`) choose an event. */
export const chooses = (patterns: readonly string[], name: string): boolean =>
  patterns.includes("*") || patterns.includes(`${kindOf(name)}.*`) || patterns.includes(name);

/** The patterns with all events of a kind, or with none of them. */
export function withKind(patterns: readonly string[], kind: string, isOn: boolean): string[] {
  const others = patterns.filter((pattern) => kindOf(pattern) !== kind);
  return isOn ? [...others, `${kind}.*`] : others;
}

/** The patterns with an event, or without it: then the other ones of its kind are named one by one. */
export function withEvent(catalogue: Catalogue, patterns: readonly string[], name: string, isOn: boolean): string[] {
  const kind = kindOf(name);
  const members = catalogue.get(kind) ?? [];
  const chosen = members.filter((member) => (member === name ? isOn : chooses(patterns, member)));
  const others = patterns.filter((pattern) => kindOf(pattern) !== kind);
  return chosen.length === members.length ? [...others, `${kind}.*`] : [...others, ...chosen];
}
