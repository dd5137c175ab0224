/** The interface's words in both languages. */

import type { Language } from "../loader/options";
import en from "./texts.en.json";
import zh from "./texts.zh.json";

export type Texts = typeof en;

export const TEXTS: Record<Language, Texts> = { en, zh };

/** A text with its `{names}` filled in. */
export function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
