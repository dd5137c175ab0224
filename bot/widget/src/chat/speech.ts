/** Marks the language of texts, so that screen readers pronounce them and browsers choose the right glyphs. */

import { html, type TemplateResult } from "lit";
import type { Language } from "../loader/options";

const HAN = /[\u3400-\u9fff\uf900-\ufaff]/;
const HAN_RUN = /([\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]+)/;

/** The `lang` of a text on its own; empty if the script does not tell. */
export function langOf(text: string): string {
  if (/[\u3040-\u30ff]/.test(text)) return "ja";
  if (/[\uac00-\ud7af]/.test(text)) return "ko";
  if (HAN.test(text)) return "zh-Hans";
  return /^[\x20-\x7e\u2010-\u2027]*$/.test(text) ? "en" : "";
}

/** A text in which Chinese words within English are marked; Latin names within Chinese are left as they are. */
export function spoken(text: string, language: Language): string | (string | TemplateResult)[] {
  if (language === "zh" || !HAN.test(text)) return text;
  return text.split(HAN_RUN).map((part) => (HAN.test(part) ? html`<span lang="zh-Hans">${part}</span>` : part));
}
