/** Markdown of plain text messages as purified elements: no markup, no pictures, links to the web and mail only. */

import DOMPurify, { type Config } from "dompurify";
import { Marked } from "marked";

/** Markup in a text is shown as it is written, and a picture as its description: neither comes from the adviser. */
const renderer = {
  html: ({ text }: { text: string }) => escaped(text),
  image: ({ text }: { text: string }) => escaped(text),
};

const marked = new Marked({ gfm: true, breaks: true, async: false, renderer });

const ALLOWED: Config = {
  ALLOWED_TAGS: [
    "p",
    "br",
    "strong",
    "em",
    "del",
    "code",
    "pre",
    "blockquote",
    "ul",
    "ol",
    "li",
    "a",
    "hr",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
  ],
  ALLOWED_ATTR: ["href", "start"],
  ALLOWED_URI_REGEXP: /^(?:https?:|mailto:)/i,
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  RETURN_DOM_FRAGMENT: true,
};

/** The elements of a text. */
export function markdown(text: string): DocumentFragment {
  const fragment = DOMPurify.sanitize(marked.parse(text) as string, { ...ALLOWED, RETURN_DOM_FRAGMENT: true });
  for (const link of fragment.querySelectorAll("a")) {
    link.target = "_blank";
    link.rel = "noopener noreferrer";
  }
  return fragment;
}

function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}
