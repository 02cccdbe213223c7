export interface Mentionable {
  user_id: string;
  name: string;
}

/** The beginning of a name after the `@` before the caret; none where no mention is being typed. */
export function mentionAt(text: string, caret: number): string | undefined {
  return /(?:^|\s)@([^\s@][^@\n]{0,40}|)$/.exec(text.slice(0, caret))?.[1];
}

/** The text with the typed beginning made a whole mention, and where the caret is then. */
export function complete(text: string, caret: number, name: string): { text: string; caret: number } {
  const begin = text.slice(0, caret).lastIndexOf("@");
  const before = `${text.slice(0, begin)}@${name} `;
  return { text: before + text.slice(caret).replace(/^ /, ""), caret: before.length };
}

/** The text in parts, of which the mentions of these names are marked. */
export function parts(text: string, names: readonly string[]): { text: string; isMention: boolean }[] {
  // A longer name is looked for before a shorter one that it begins with.
  const sought = [...names].sort((one, other) => other.length - one.length).map((name) => `@${name}`);
  const found: { text: string; isMention: boolean }[] = [];
  let plain = "";
  for (let at = 0; at < text.length; ) {
    const mention = sought.find((name) => text.startsWith(name, at));
    if (mention === undefined) {
      plain += text[at];
      at += 1;
      continue;
    }
    if (plain) found.push({ text: plain, isMention: false });
    plain = "";
    found.push({ text: mention, isMention: true });
    at += mention.length;
  }
  if (plain) found.push({ text: plain, isMention: false });
  return found;
}

/** The members whose names stand in the text behind an `@`. */
export function mentionsIn(text: string, members: readonly Mentionable[]): string[] {
  const said = new Set(parts(text, members.map(({ name }) => name)).flatMap((part) => (part.isMention ? [part.text] : [])));
  return members.filter(({ name }) => said.has(`@${name}`)).map(({ user_id }) => user_id);
}
