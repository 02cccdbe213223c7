/** The value of a JSON text; none for an empty one. Throws for a text that is no JSON. */
export const parseJson = (text: string): unknown => (text.trim() === "" ? undefined : JSON.parse(text));

/** Whether a text is empty, or JSON; with `isObject` a JSON object. */
export function isJson(text: string, isObject: boolean): boolean {
  try {
    const value = parseJson(text);
    return !isObject || value === undefined || (typeof value === "object" && value !== null && !Array.isArray(value));
  } catch {
    return false;
  }
}
