/** Fetches the chat's own file when it is needed, and says so while it comes or when it does not. */

import type { ChatElement, ChatEvents, ChatModule, Place } from "./chat_element";
import { element } from "./dom";
import { type Options, TAGS } from "./options";
import texts from "./texts.json";

/** The file's path under the server, which carries a hash; put in by the build. */
declare const CHAT_FILE: string;

const SECOND_MS = 1000;

let attempts = 0;

/** Puts the chat into its place; while it is loaded a line stands there, and after two failures a button to try again. */
export async function mountChat(into: HTMLElement, options: Options, place: Place, onClose?: () => void): Promise<ChatElement> {
  const words = texts[options.language];
  const status = element("p", { role: "status" }, words.loading);
  const waiting = element("div", { class: "waiting", lang: TAGS[options.language] }, status);
  into.append(waiting);
  for (let failures = 0; ; ) {
    try {
      const chat = (await load(options.server)).createChat(options, place);
      waiting.replaceWith(chat);
      return chat;
    } catch (error) {
      failures += 1;
      console.error("Qiao: the chat could not be loaded.", error);
      if (failures === 1) await new Promise((resolve) => setTimeout(resolve, SECOND_MS));
      else await retryWished(waiting, status, words, onClose);
    }
  }
}

/** Fetches the file early, when somebody is about to open the chat. */
export function prefetchChat(server: string): void {
  load(server).catch(() => undefined);
}

/** Listens to an event of the chat. */
export function onChat<Name extends keyof ChatEvents>(
  chat: ChatElement,
  name: Name,
  act: (event: ChatEvents[Name]) => void,
): void {
  chat.addEventListener(name, act as (event: Event) => void);
}

async function load(server: string): Promise<ChatModule> {
  // a browser may remember that an address failed, so each new attempt has another one
  const again = attempts ? `?attempt=${attempts}` : "";
  try {
    return (await import(server + CHAT_FILE + again)) as ChatModule;
  } catch (error) {
    attempts += 1;
    throw error;
  }
}

function retryWished(
  waiting: HTMLElement,
  status: HTMLElement,
  words: { failed: string; retry: string; close: string; loading: string },
  onClose?: () => void,
): Promise<void> {
  status.textContent = words.failed;
  return new Promise((resolve) => {
    const retry = element("button", { type: "button" }, words.retry);
    const buttons = element("div", {}, retry);
    if (onClose) {
      const close = element("button", { type: "button" }, words.close);
      close.addEventListener("click", onClose);
      buttons.append(close);
    }
    waiting.append(buttons);
    retry.addEventListener("click", () => {
      buttons.remove();
      status.textContent = words.loading;
      resolve();
    });
  });
}
