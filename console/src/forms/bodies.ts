type Json = Record<string, unknown>;

export const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const isEmpty = (value: unknown): boolean =>
  value === "" || value === undefined || (typeof value === "number" && Number.isNaN(value));

/** The body of a creation: without the fields that the user has left empty. */
export function filled<T extends object>(values: T): T {
  const kept = Object.entries(values)
    .filter(([, value]) => !isEmpty(value))
    .map(([name, value]) => [name, content(value)] as const)
    .filter(([, value]) => !(isObject(value) && Object.keys(value).length === 0));
  return Object.fromEntries(kept) as T;
}

function content(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => content(item));
  return isObject(value) ? filled(value) : value;
}

/** The merge patch (RFC 7396) from a record to the values of a form. A field that was emptied is `null`. */
export function changes<T extends object>(record: T, values: Partial<Record<keyof T, unknown>>): Json {
  const patch: Json = {};
  for (const [name, given] of Object.entries(values)) {
    const before = (record as Json)[name] ?? null;
    const after = isEmpty(given) ? null : content(given);
    if (!isSame(before, after)) patch[name] = after;
  }
  return patch;
}

/** The merge patch from one object to another, for a field that the API merges key by key. */
export const keyChanges = (before: Json, after: Json): Json => ({
  ...Object.fromEntries(Object.keys(before).filter((key) => !(key in after)).map((key) => [key, null])),
  ...Object.fromEntries(
    Object.entries(after)
      .filter(([key, value]) => !isSame(before[key], value))
      .map(([key, value]) => {
        const old = before[key];
        return [key, isObject(old) && isObject(value) ? keyChanges(old, value) : value];
      }),
  ),
});

/** Whether two JSON values are equal. The order of fields does not count. */
export function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, index) => isSame(item, other[index]));
  }
  if (!isObject(one) || !isObject(other)) return false;
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].every((name) => isSame(one[name], other[name]));
}
