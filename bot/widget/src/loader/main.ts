/** The script that a site embeds: defines `<qiao-chat>`, and adds a launcher to a page that has none. */

import { chatElement } from "./element";

type QiaoChatElement = InstanceType<ReturnType<typeof chatElement>>;

const NAME = "qiao-chat";
const script = (document.currentScript ?? document.querySelector('script[src$="widget.js"]')) as HTMLElement | null;

function chat(): QiaoChatElement | null {
  return document.querySelector<QiaoChatElement>(NAME);
}

function addLauncher(): void {
  if (chat()) return;
  const launcher = document.createElement(NAME);
  launcher.setAttribute("data-floating", "");
  // beside the body, so that it outlives pages that exchange their body
  document.documentElement.append(launcher);
}

if (!("adoptedStyleSheets" in document)) {
  console.warn("Qiao: this browser is too old for the chat.");
} else if (!customElements.get(NAME)) {
  customElements.define(NAME, chatElement(script));
  Object.assign(window, {
    Qiao: {
      open: () => chat()?.open(),
      close: () => chat()?.close(),
      ask: (text: string) => chat()?.ask(text),
    },
  });
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", addLauncher);
  else addLauncher();
}
