/** Line icons in a box of 24 by 24. */

import { html, svg, type TemplateResult } from "lit";
import { BRIDGE } from "../loader/dom";

const PATHS = {
  action: "M4 12h15M13 6l6 6-6 6",
  risk: "M12 4 2.8 19.5h18.4ZM12 10v4.4M12 17.2v.1",
  fact: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 11v5.4M12 7.6v.1",
  metric: "M4 20h16M7 16.5v-4M12 16.5v-9M17 16.5v-6",
  case: "M4 8h16v11H4ZM9 8V5.5h6V8M4 13h16",
  principle: "M12 3.5l2.5 5.6 6 .6-4.6 4 1.4 6-5.3-3.2-5.3 3.2 1.4-6-4.6-4 6-.6Z",
  shield: "M12 3.2 19.5 6v5.6c0 4.6-3.2 7.6-7.5 9.2-4.3-1.6-7.5-4.6-7.5-9.2V6ZM8.6 12l2.4 2.4 4.4-4.6",
  chevron: "M6 9.5l6 6 6-6",
  close: "M6 6l12 12M18 6 6 18",
  menu: "M4 7h16M4 12h16M4 17h16",
  widen: "M14 4h6v6M20 4l-7 7M10 20H4v-6M4 20l7-7",
  narrow: "M20 10h-6V4M14 10l6-6M4 14h6v6M10 14l-6 6",
  send: "M12 19V5.5M5.5 12 12 5.5l6.5 6.5",
  down: "M12 5v13.5M5.5 12l6.5 6.5 6.5-6.5",
  copy: "M9 9h11v11H9ZM15 9V4H4v11h5",
  check: "M5 12.5l4.6 4.6L19 7.5",
  up: "M7.5 10.5v9H4v-9Zm0 0L11.4 3.6c1.5 0 2.4 1.2 2.1 2.7l-.6 3.2h5.3c1.3 0 2.2 1.2 1.9 2.4l-1.5 5.8c-.3 1-1.1 1.8-2.2 1.8H7.5",
  thumbDown:
    "M16.5 13.5v-9H20v9Zm0 0-3.9 6.9c-1.5 0-2.4-1.2-2.1-2.7l.6-3.2H5.8c-1.3 0-2.2-1.2-1.9-2.4l1.5-5.8c.3-1 1.1-1.8 2.2-1.8h8.9",
  document: "M6 3.5h8l4 4v13H6ZM14 3.5v4h4M9 12h6M9 16h6",
  external: "M10 5H5v14h14v-5M14 4.5h5.5V10M19 5l-8.5 8.5",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 20.5c1-4 4-5.6 7.5-5.6s6.5 1.6 7.5 5.6",
  print: "M7 9V3.5h10V9M7 17H4V9h16v8h-3M7 14h10v6.5H7Z",
  fresh: "M12 5v14M5 12h14",
  lock: "M6 11h12v9H6ZM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  gauge: "M4 18a9 9 0 1 1 16 0M12 14l4.5-4.5",
  building: "M5 20.5V4h9v16.5M14 10h5v10.5M3 20.5h18M8 8h3M8 12h3M8 16h3",
} as const;

export type IconName = keyof typeof PATHS;

/** An icon that says nothing by itself: the words stand beside it. */
export function icon(name: IconName): TemplateResult {
  return drawing("0 0 24 24", PATHS[name]);
}

/** The mark of the chat. */
export function bridgeIcon(): TemplateResult {
  return drawing("0 0 32 32", BRIDGE);
}

function drawing(box: string, path: string): TemplateResult {
  const lines = svg`<path d=${path} fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"></path>`;
  return html`<svg class="icon" viewBox=${box} aria-hidden="true" focusable="false">${lines}</svg>`;
}
