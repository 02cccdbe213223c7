/**
 * The header by which a change names the version that was read: that of an answer, a number (`version` of a
 * record, `revision` of a prompt), or `*` for any.
 */
export function ifMatch(version: Response | number | "*"): { "If-Match": string } {
  if (typeof version === "number") {
    return { "If-Match": `"${version}"` };
  }
  if (version === "*") {
    return { "If-Match": "*" };
  }
  const tag = version.headers.get("ETag");
  if (tag === null) {
    throw new TypeError("the answer has no ETag");
  }
  return { "If-Match": tag };
}
