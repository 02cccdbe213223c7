// Fails when the first load is too large: the entry, the shell, the overview and the texts of one language,
// each with its static imports and styles.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const LIMIT_KIB = 200;
const FIRST = [
  "index.html",
  "src/app/shell.tsx",
  "src/screens/overview/overview.tsx",
  "src/i18n/locales/de.json",
  "src/records/locales/de.json",
  "src/screens/overview/locales/de.json",
];

const dist = new URL("../dist/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", dist), "utf8"));

const files = new Set(["index.html"]);
const visit = (name) => {
  const chunk = manifest[name];
  if (files.has(chunk.file)) return;
  files.add(chunk.file);
  for (const style of chunk.css ?? []) files.add(style);
  for (const imported of chunk.imports ?? []) visit(imported);
};
FIRST.forEach(visit);

let sum = 0;
for (const file of files) {
  const size = gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length;
  sum += size;
  console.log(`${(size / 1024).toFixed(1).padStart(7)} KiB  ${file}`);
}
console.log(`${(sum / 1024).toFixed(1).padStart(7)} KiB  gzip, of at most ${LIMIT_KIB} KiB`);
if (sum > LIMIT_KIB * 1024) process.exit(1);
