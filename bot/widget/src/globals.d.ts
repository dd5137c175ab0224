/** A style sheet's minified text. */
declare module "*.css" {
  const text: string;
  export default text;
}

/** Names out of `content/`, read by `names.mjs` when the chat is built. */
declare module "qiao:names" {
  interface Names {
    topics: Record<string, string>;
    values: Record<string, string>;
    facets: Record<string, string>;
    headings: Record<string, string>;
    outcomes: Record<string, string>;
    /** What stands between the members of a list. */
    separator: string;
    /** How a case is put into words: `{title}`, `{outcome}`, `{text}` and `{lesson}` in a sentence. */
    caseLine: string;
  }
  const names: Record<"en" | "zh", Names>;
  export default names;
}
