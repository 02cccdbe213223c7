// Builds dist. npm runs this when another project installs the folder, and has not installed what the
// build needs.
import { execSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const options = { cwd: fileURLToPath(new URL("..", import.meta.url)), stdio: "inherit" };
if (!existsSync(`${options.cwd}node_modules/typescript`)) {
  execSync("npm ci", options);
}
execSync("npm run build", options);
