// Bundles the web chat into dist/: the loader, the chat under a name that carries its hash, and the pages.
import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { contentNames, minifiedCss, styleSheets } from "./plugins.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const DIST = join(HERE, "dist");
/** Built here and then put into place, so that nobody finds half of it. */
const BUILD = join(HERE, ".dist");
const PAGES = ["index", "demo"];
/** Every file but the loader and the pages is served under this path. */
const FOLDER = "widget/";

const shared = {
  absWorkingDir: HERE,
  bundle: true,
  minify: true,
  charset: "utf8",
  legalComments: "none",
  target: ["es2022"],
  plugins: [styleSheets, contentNames],
};

/** Writes a file under a name that carries its content's hash, and gives that name. */
async function writeHashed(name, ending, content) {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 10);
  const file = `${name}-${hash}.${ending}`;
  await writeFile(join(BUILD, file), content);
  return file;
}

/** Bundles the chat and what it fetches later, each under a name with a hash; gives the name of the chat's file. */
async function buildChat() {
  const options = { format: "esm", splitting: true, outdir: BUILD, entryNames: "[name]-[hash]", chunkNames: "[name]-[hash]" };
  const { metafile } = await build({ ...shared, ...options, entryPoints: { chat: "src/chat/main.ts" }, metafile: true });
  const [path] = Object.entries(metafile.outputs).find(([, output]) => output.entryPoint === "src/chat/main.ts");
  return basename(path);
}

/** Bundles the loader, which knows where the chat is. */
async function buildLoader(chat) {
  const define = { CHAT_FILE: JSON.stringify(FOLDER + chat) };
  await build({ ...shared, entryPoints: ["src/loader/main.ts"], format: "iife", define, outfile: join(BUILD, "widget.js") });
}

/** The licences of what is bundled go with it. */
async function licences() {
  const packages = ["lit", "lit-html", "lit-element", "@lit/reactive-element", "marked", "dompurify", "eventsource-parser"];
  const texts = packages.map(async (name) => {
    const text = await readFile(join(HERE, "node_modules", name, "LICENSE"), "utf8");
    return `${name}\n\n${text.trim()}\n`;
  });
  return (await Promise.all(texts)).join(`\n${"-".repeat(72)}\n\n`);
}

async function main() {
  await rm(BUILD, { recursive: true, force: true });
  await mkdir(BUILD, { recursive: true });
  await buildLoader(await buildChat());
  for (const page of PAGES) {
    const style = await writeHashed(page, "css", await minifiedCss(join(HERE, "pages", `${page}.css`)));
    const html = await readFile(join(HERE, "pages", `${page}.html`), "utf8");
    await writeFile(join(BUILD, `${page}.html`), html.replaceAll("{{style}}", FOLDER + style));
  }
  await writeFile(join(BUILD, "licences.txt"), await licences());
  await rm(DIST, { recursive: true, force: true });
  await rename(BUILD, DIST);
}

await main();
