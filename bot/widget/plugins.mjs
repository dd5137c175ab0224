// What esbuild has to know of our own kinds of modules.
import { readFile } from "node:fs/promises";
import { transform } from "esbuild";
import { names } from "./names.mjs";

/** Style sheets come in as minified text, from which constructable style sheets are made. */
export const styleSheets = {
  name: "style-sheets",
  setup(bundle) {
    bundle.onLoad({ filter: /\.css$/ }, async ({ path }) => ({ contents: await minifiedCss(path), loader: "text" }));
  },
};

/** `qiao:names`: what things are called in both languages, out of the guidance's own files. */
export const contentNames = {
  name: "content-names",
  setup(bundle) {
    bundle.onResolve({ filter: /^qiao:names$/ }, () => ({ path: "names", namespace: "qiao" }));
    bundle.onLoad({ filter: /.*/, namespace: "qiao" }, async () => ({ contents: JSON.stringify(await names()), loader: "json" }));
  },
};

export async function minifiedCss(path) {
  const { code } = await transform(await readFile(path, "utf8"), {
    loader: "css",
    minify: true,
    charset: "utf8",
    target: "es2020",
  });
  return code;
}
