/** What a site says about its chat: `data-…` attributes of the script or of `<qiao-chat>`, checked, with defaults. */

import { DEFAULT_ACCENT, isUsable, normalHex } from "./colours";

export type Language = "en" | "zh";
export const LANGUAGES: readonly Language[] = ["en", "zh"];

/** `lang` of an element whose text is in a language. */
export const TAGS: Record<Language, string> = { en: "en", zh: "zh-Hans" };

export interface Options {
  /** Where the assistant is, with a slash at the end. */
  server: string;
  language: Language;
  title: Record<Language, string>;
  greeting: Record<Language, string | undefined>;
  logo: string | undefined;
  /** `#rrggbb`; its contrast with white has been checked. */
  colour: string;
  position: "left" | "right";
  theme: "auto" | "light" | "dark";
  open: boolean;
  /** The level of the chat's heading in the page's outline. */
  level: number;
}

const DEFAULT_TITLE = "Qiao 桥";

/** The options of a chat; what its element leaves out is taken from the script that brought it. */
export function readOptions(element: HTMLElement, script: HTMLElement | null): Options {
  const attribute = (name: string) => element.dataset[name] ?? script?.dataset[name];
  const inBoth = (name: string) => (language: Language) => attribute(name + (language === "en" ? "En" : "Zh")) ?? attribute(name);
  const title = inBoth("title");
  const greeting = inBoth("greeting");
  const server = serverAddress(attribute("server"), script);
  return {
    server,
    language: chosenLanguage(server) ?? languageOf(attribute("language")),
    title: { en: title("en") || DEFAULT_TITLE, zh: title("zh") || DEFAULT_TITLE },
    greeting: { en: greeting("en"), zh: greeting("zh") },
    logo: webAddress(attribute("logo")),
    colour: colourOf(attribute("colour") ?? attribute("color")),
    position: oneOf(attribute("position"), "position", ["right", "left"]),
    theme: oneOf(attribute("theme"), "theme", ["auto", "light", "dark"]),
    level: Number(oneOf(attribute("level"), "level", ["2", "1", "3", "4"])),
    open: !["false", undefined].includes(attribute("open")),
  };
}

/** The key under which this browser keeps something of the chat with a server. */
export function storageKey(server: string, name: string): string {
  return `qiao:${server}:${name}`;
}

function chosenLanguage(server: string): Language | undefined {
  try {
    const chosen = localStorage.getItem(storageKey(server, "language"));
    return LANGUAGES.find((language) => language === chosen);
  } catch {
    return undefined; // the browser keeps nothing for this page
  }
}

/** The language that is named, else the first of the browser's languages that we speak. */
function languageOf(named: string | undefined): Language {
  if (named && named !== "auto") {
    const known = LANGUAGES.find((language) => named.toLowerCase().startsWith(language));
    if (known) return known;
    warn(`data-language "${named}" is none of auto, en, zh`);
  }
  const wanted = navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase());
  return wanted.find((tag): tag is Language => tag === "en" || tag === "zh") ?? "en";
}

function serverAddress(named: string | undefined, script: HTMLElement | null): string {
  const own = script instanceof HTMLScriptElement && script.src ? script.src : location.href;
  try {
    const address = new URL(named || ".", named ? location.href : own);
    return address.origin + address.pathname.replace(/\/?$/, "/");
  } catch {
    warn(`data-server "${named}" is no address`);
    return new URL(".", own).href;
  }
}

function webAddress(named: string | undefined): string | undefined {
  if (!named) return undefined;
  try {
    const address = new URL(named, document.baseURI);
    if (["https:", "http:", "data:"].includes(address.protocol)) return address.href;
  } catch {
    // said below
  }
  warn(`data-logo "${named}" is no web address`);
  return undefined;
}

function colourOf(named: string | undefined): string {
  if (!named) return DEFAULT_ACCENT;
  const colour = normalHex(named);
  if (colour && isUsable(colour)) return colour;
  warn(
    colour
      ? `data-colour "${named}" is refused: its contrast with white is below 3 to 1, so buttons could not be seen`
      : `data-colour "${named}" is no colour like #0f5f6b`,
  );
  return DEFAULT_ACCENT;
}

function oneOf<Value extends string>(named: string | undefined, name: string, values: readonly [Value, ...Value[]]): Value {
  const known = values.find((value) => value === named);
  if (named && !known) warn(`data-${name} "${named}" is none of ${values.join(", ")}`);
  return known ?? values[0];
}

function warn(what: string): void {
  console.warn(`Qiao: ${what}; the default is used.`);
}
