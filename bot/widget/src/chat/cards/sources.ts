/** Sources: where an item rests, and the list of all sources of an answer. */

import { html, nothing, type TemplateResult } from "lit";
import { partialDate } from "../dates";
import { link, webAddress } from "../links";
import type { Source, SourcesPayload } from "../payloads";
import { langOf } from "../speech";
import { type CardContext, headline, type Part } from "./frame";

/** A source with publisher and date; a link if its address is one of the web. */
export function sourceLine({ title, publisher, published, url }: Source, { language, words }: CardContext): TemplateResult {
  const date = published ? partialDate(published, language) : words.undated;
  const by = publisher ? html`<span lang=${langOf(publisher)}>${publisher}</span> · ` : nothing;
  return html`${link(webAddress(url), title, langOf(title))} <span class="small">${by}${date}</span>`;
}

export function sourceList(sources: readonly Source[], context: CardContext): Part {
  if (!sources.length) return nothing;
  return html`<ul class="sources">${sources.map((source) => html`<li>${sourceLine(source, context)}</li>`)}</ul>`;
}

/** The sources of the last answer; `lines` are those of the text beside the card. */
export function sourcesCard(card: SourcesPayload, context: CardContext, lines: readonly string[]): TemplateResult {
  const practice = card.practice?.length ? lines[lines.length - 1] : undefined;
  return html`${headline(lines[0] ?? context.words.sourcesTitle, context)}
    <ol class="list sources">${card.sources.map((source) => html`<li>${sourceLine(source, context)}</li>`)}</ol>
    ${practice ? html`<p class="small">${practice}</p>` : nothing}`;
}
