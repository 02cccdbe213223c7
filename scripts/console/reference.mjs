// Puts the bundle of Scalar, with its compressed forms, into a directory:
//
//     node scripts/console/reference.mjs crates/console/dist/reference
//
// It is one file of the package, taken by hash: the package's dependencies are in it.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";

const VERSION = "1.76.0";
const INTEGRITY =
  "sha512-pjqwnzmA9YK3ZX+IZSICMsywm4qI6HLSngR2py9H6TvFApHHuJjkTAd+gFJfnqJDzJuro8k7ji6JCtJ2U+Byng==";
const BUNDLE = "package/dist/browser/standalone.js";

const [directory] = process.argv.slice(2);
const file = join(directory, `scalar-${VERSION}.js`);
// The last one that is written.
if (existsSync(`${file}.gz`)) process.exit();

console.error(`==> fetching Scalar ${VERSION}, the interactive reference of the API (13 MB, once)`);
const work = mkdtempSync(join(tmpdir(), "scalar-"));
try {
  const pack = ["pack", "--silent", "--pack-destination", work, `@scalar/api-reference@${VERSION}`];
  const tarball = join(work, execFileSync("npm", pack, { encoding: "utf8" }).trim());
  const digest = createHash("sha512").update(readFileSync(tarball)).digest("base64");
  if (`sha512-${digest}` !== INTEGRITY) throw new Error(`the package has another hash: sha512-${digest}`);
  execFileSync("tar", ["-xzf", tarball, "-C", work, BUNDLE]);
  // The source map stays in the package.
  const bundle = readFileSync(join(work, BUNDLE), "utf8").replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n");
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  writeFileSync(file, bundle);
  writeFileSync(`${file}.br`, brotliCompressSync(bundle));
  writeFileSync(`${file}.gz`, gzipSync(bundle, { level: 9 }));
} finally {
  rmSync(work, { recursive: true, force: true });
}
