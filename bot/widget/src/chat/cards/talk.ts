/** Answers that are mostly words, with what makes them easy to act on. */

import { html, nothing, type TemplateResult } from "lit";
import { until } from "lit/directives/until.js";
import { icon } from "../icons";
import { facetLines } from "../names";
import type { ClarifyPayload, Facets, HandoffPayload } from "../payloads";
import { spoken } from "../speech";
import { type CardContext, headline, type Part } from "./frame";
import { numberedItems } from "./items";

/** A text as a bubble; Markdown in it is shown, markup is not. */
export function bubble(text: string): TemplateResult {
  const plain = html`<p class="lines">${text}</p>`;
  return html`<div class="bubble prose">${MARKDOWN.test(text) ? until(formatted(text, plain), plain) : plain}</div>`;
}

/** What tells that a text may be more than plain words; most are not, so that the formatter is fetched only then. */
const MARKDOWN = /[*_`#[\]<>|~\\]|https?:|www\.|\S@\S|^\s*(?:[-+]|\d+\.)\s/m;

async function formatted(text: string, plain: TemplateResult): Promise<DocumentFragment | TemplateResult> {
  try {
    const { markdown } = await import("../markdown");
    return markdown(text);
  } catch (error) {
    console.error("Qiao: the formatter could not be loaded; the text is shown as it is.", error);
    return plain;
  }
}

/** What was found nearest to words that were not understood. */
export function clarifyCard(card: ClarifyPayload, context: CardContext, lines: readonly string[]): TemplateResult {
  return html`${headline(lines[0] ?? context.words.nearest, context)} ${numberedItems(card.items ?? [], context)}`;
}

/** A calm refusal; the legitimate way is the button under it. */
export function refusalCard(text: string, context: CardContext): TemplateResult {
  return html`<div class="refusal">${icon("shield")}<p>${spoken(text, context.language)}</p></div>`;
}

/** A question that was passed on, with the number to quote. */
export function ticketCard(card: HandoffPayload, text: string, context: CardContext): TemplateResult {
  return html`<p>${text}</p>
    <p class="ticket">${icon("person")}<span>${context.words.reference}</span> <strong>${card.reference}</strong></p>`;
}

/** What is known of the company. */
export function profileCard(profile: Facets | undefined, text: string, context: CardContext): Part {
  const lines = facetLines(profile, context.language);
  return html`<p>${text}</p>
    ${lines.length ? html`<dl class="facets known">${lines.map(({ name, values }) => html`<div><dt>${name}</dt><dd>${values}</dd></div>`)}</dl>` : nothing}`;
}
