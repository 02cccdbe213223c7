import { filled, isEmpty, isObject, isSame } from "./bodies";

type Json = Record<string, unknown>;

/**
 * The merge patch (RFC 7396) from a record to the values of a form, also within objects of the record:
 * a field of an object that was emptied is `null` there, and the other fields stay. `wholes` names the
 * objects that the API replaces as a whole.
 */
export function mergePatch(record: Readonly<Json>, values: Readonly<Json>, wholes: readonly string[] = []): Json {
  const patch: Json = {};
  for (const [name, after] of Object.entries(values)) {
    const before = record[name] ?? null;
    if (isObject(after) && !wholes.includes(name)) {
      const within = mergePatch(isObject(before) ? before : {}, after, wholes);
      if (Object.keys(within).length > 0) patch[name] = within;
    } else {
      const given = content(after);
      if (!isSame(content(before), given)) patch[name] = given;
    }
  }
  return patch;
}

/** A value without its empty fields; an object or a value that is empty as a whole is `null`. */
function content(value: unknown): unknown {
  if (isEmpty(value)) return null;
  if (Array.isArray(value)) return value.map(content);
  if (!isObject(value)) return value;
  const given = Object.entries(filled(value)).filter(([, field]) => field !== null);
  return given.length === 0 ? null : Object.fromEntries(given.map(([name, field]) => [name, content(field)]));
}
