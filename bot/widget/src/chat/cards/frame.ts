/** What all cards are made of. */

import { html, nothing, type TemplateResult } from "lit";
import type { Language } from "../../loader/options";
import { type IconName, icon } from "../icons";
import { spoken } from "../speech";
import { fill, TEXTS, type Texts } from "../texts";

/** A part of a template. */
export type Part = TemplateResult | string | typeof nothing | readonly Part[] | undefined | "" | false;

export interface CardContext {
  /** The language of the answer, which need not be that of the interface. */
  language: Language;
  words: Texts["card"];
  server: string;
  /** The level of a card's heading in the page's outline. */
  level: number;
}

export function cardContext(language: Language, server: string, level: number): CardContext {
  return { language, server, level, words: TEXTS[language].card };
}

/** A heading; `depth` counts from the card's own. */
export function heading(content: unknown, look: string, { level }: CardContext, depth = 0): TemplateResult {
  return html`<div role="heading" aria-level=${level + depth} class=${look}>${content}</div>`;
}

/** The headline of a card, with a line above it that says what it is about. */
export function headline(text: string, context: CardContext, above: Part = nothing): TemplateResult {
  return html`<header class="top">
    ${above ? html`<p class="eyebrow">${above}</p>` : nothing} ${heading(spoken(text, context.language), "headline", context)}
  </header>`;
}

/** A heading with an icon, for a group of items. */
export function groupHeading(text: string, name: IconName, kind: string, context: CardContext): TemplateResult {
  return heading(html`<span class="badge">${icon(name)}</span>${text}`, `kind ${kind}`, context, 1);
}

export function tags(names: readonly string[]): Part {
  return names.length ? names.map((name) => html`<span class="tag">${name}</span>`) : nothing;
}

/** A part that is unfolded on tap. */
export function folded(label: unknown, content: unknown, look = ""): TemplateResult {
  return html`<details class="fold ${look}">
    <summary>${label}${icon("chevron")}</summary>
    <div class="unfolded">${content}</div>
  </details>`;
}

/** "1 source", "3 sources". */
export function counted(count: number, forms: { one: string; other: string }): string {
  return count === 1 ? forms.one : fill(forms.other, { count });
}
