/** Makes elements for the loader, which has no library. */

/** An element with attributes and children; strings become text. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Record<string, string> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

/** The mark of the chat: a bridge. */
export function bridge(): SVGElement {
  const icon = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  const attributes = { viewBox: "0 0 32 32", fill: "none", "aria-hidden": "true" };
  for (const [key, value] of Object.entries(attributes)) icon.setAttribute(key, value);
  const lines = {
    d: BRIDGE,
    stroke: "currentColor",
    "stroke-width": "2.4",
    "stroke-linecap": "round",
    "stroke-linejoin": "round",
  };
  for (const [key, value] of Object.entries(lines)) path.setAttribute(key, value);
  icon.append(path);
  return icon;
}

/** An arch bridge with its deck and piers, in a box of 32 by 32. */
export const BRIDGE =
  "M3 14.5C9.5 8.2 22.5 8.2 29 14.5M3 14.5V24h4.6a8.4 8.4 0 0 1 16.8 0H29V14.5M16 9.8v5.6M10 11.3v6.9M22 11.3v6.9";
