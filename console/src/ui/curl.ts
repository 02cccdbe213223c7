export interface Example {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  path: string;
  body?: unknown;
  /** A file, as the body where its type is known, and else as a form. */
  file?: { name: string; type?: string };
}

/** The command that sends a request to this server, with an API key in the variable PLINTH_KEY. */
export function curl({ method, path, body, file }: Example, origin = location.origin): string {
  const lines = [`curl ${origin}${path}`, '-H "Authorization: Bearer $PLINTH_KEY"'];
  if (method !== "GET") lines[0] = `curl -X ${method} ${origin}${path}`;
  if (body !== undefined) {
    lines.push('-H "Content-Type: application/json"', `-d '${JSON.stringify(body).replaceAll("'", "'\\''")}'`);
  }
  if (file?.type) lines.push(`-H "Content-Type: ${file.type}"`, `--data-binary @${file.name}`);
  else if (file) lines.push(`-F file=@${file.name}`);
  return lines.join(" \\\n  ");
}
