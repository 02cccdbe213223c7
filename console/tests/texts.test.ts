import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

type Texts = { [key: string]: string | Texts };

const SOURCE = new URL("../src/", import.meta.url);
const texts = (file: string) => JSON.parse(readFileSync(new URL(file, SOURCE), "utf8")) as Texts;
const keysOf = (part: Texts, before = ""): string[] =>
  Object.entries(part).flatMap(([key, value]) =>
    typeof value === "string" ? [before + key] : keysOf(value, `${before}${key}.`),
  );
const placeholders = (text: string) => (text.match(/\{\{\w+\}\}/g) ?? []).sort();
const at = (part: Texts, key: string): string => key.split(".").reduce<never>((value, name) => value[name], part as never);

const namespaces = [
  ["common", "i18n/"],
  ["records", "records/"],
  ["business", "business/"],
  ...readdirSync(new URL("screens/", SOURCE)).map((name) => [name, `screens/${name}/`]),
] as [string, string][];
const english = Object.fromEntries(namespaces.map(([name, folder]) => [name, texts(`${folder}locales/en.json`)]));
const has = (namespace: string, key: string) => {
  const keys = keysOf(english[namespace] ?? {});
  return ["", "_one", "_other"].some((end) => keys.includes(key + end));
};

describe.each(namespaces)("the texts of %s", (name, folder) => {
  const german = texts(`${folder}locales/de.json`);
  const shown = english[name] ?? {};

  it("are complete in German", () => {
    expect(keysOf(german).sort()).toEqual(keysOf(shown).sort());
  });

  it("have the same values within in both languages", () => {
    for (const key of keysOf(shown)) expect([key, placeholders(at(german, key))]).toEqual([key, placeholders(at(shown, key))]);
  });
});

it("each text that a screen asks for exists", () => {
  const missing: string[] = [];
  for (const file of readdirSync(SOURCE, { recursive: true }) as string[]) {
    if (!/\.tsx?$/.test(file) || file.startsWith("generated")) continue;
    const code = readFileSync(new URL(file, SOURCE), "utf8");
    const own = /useTranslation\("(\w[\w-]*)"\)/.exec(code)?.[1] ?? "common";
    for (const [, given] of code.matchAll(/\bt\("([^"]+)"/g)) {
      const [namespace, key] = given?.includes(":") ? (given.split(":") as [string, string]) : [own, given as string];
      if (!has(namespace, key)) missing.push(`${file}: ${given}`);
    }
  }
  expect(missing).toEqual([]);
});
