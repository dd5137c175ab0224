// Bundles the unit tests, since Node runs no TypeScript in all versions that we support, and runs them with Node's own runner.
import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { contentNames, styleSheets } from "../plugins.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const folder = await mkdtemp(join(tmpdir(), "qiao-widget-tests-"));
const entries = (await readdir(HERE)).filter((name) => name.endsWith(".test.ts")).map((name) => join(HERE, name));
const options = {
  bundle: true,
  platform: "node",
  format: "esm",
  outExtension: { ".js": ".mjs" },
  plugins: [styleSheets, contentNames],
};
await build({ ...options, entryPoints: entries, outdir: folder });
const files = (await readdir(folder)).map((name) => join(folder, name));
const { status } = spawnSync(process.execPath, ["--test", ...files], { stdio: "inherit" });
await rm(folder, { recursive: true });
process.exit(status ?? 1);
