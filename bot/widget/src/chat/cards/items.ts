/** Items of guidance: their words, and on tap why they apply and what they rest on. */

import { html, nothing, type TemplateResult } from "lit";
import { partialDate } from "../dates";
import { type IconName, icon } from "../icons";
import { caseParts, facetLines, joined, kindHeading, topicTitle, valueNames } from "../names";
import type { Facets, Item } from "../payloads";
import { spoken } from "../speech";
import { type CardContext, counted, folded, groupHeading, type Part, tags } from "./frame";
import { sourceList } from "./sources";

const ICONS: Record<string, IconName> = {
  action: "action",
  risk: "risk",
  fact: "fact",
  metric: "metric",
  case: "case",
  principle: "principle",
};

/** Items under a heading for each kind, numbered throughout, since people speak of "the second one". */
export function groupedItems(items: readonly Item[], context: CardContext): Part {
  const kinds = [...new Set(items.map(({ kind }) => kind ?? ""))];
  return kinds.map((kind) => {
    const own = items.map((item, index) => ({ item, number: index + 1 })).filter(({ item }) => (item.kind ?? "") === kind);
    return html`<section class="group">
      ${kind ? groupHeading(kindHeading(kind, context.language), ICONS[kind] ?? "fact", kind, context) : nothing}
      <ol class="list">${own.map(({ item, number }) => itemEntry(item, number, context))}</ol>
    </section>`;
  });
}

/** Items in one numbered list. */
export function numberedItems(items: readonly Item[], context: CardContext): TemplateResult {
  return html`<ol class="list">${items.map((item, index) => itemEntry(item, index + 1, context))}</ol>`;
}

/** One item with its number. */
export function itemEntry(item: Item, number: number, context: CardContext): TemplateResult {
  const owner = item.owner ? html`<p class="small owner">${item.owner}</p>` : nothing;
  return html`<li value=${number}>${itemWords(item, context)}${owner}${basis(item, context)}</li>`;
}

function itemWords(item: Item, context: CardContext): TemplateResult {
  const { title } = item;
  const told = title ? caseParts(item.text, title, context.language) : null;
  if (!told) return html`<p>${spoken(item.text, context.language)}</p>`;
  return html`<p class="case-title">
      <strong>${spoken(title ?? "", context.language)}</strong> <span class="outcome ${item.outcome ?? ""}">${told.outcome}</span>
    </p>
    <p>${spoken(told.text, context.language)}</p>
    <p class="lesson"><strong>${context.words.lesson}</strong> ${spoken(told.lesson, context.language)}</p>`;
}

/** Why an item applies, for which date it holds, and its sources. */
function basis(item: Item, context: CardContext): TemplateResult {
  const { words } = context;
  const sources = item.sources ?? [];
  const label = html`<span class="basis">
    ${tags(valueNames(item.because, context.language))}
    <span>${sources.length ? counted(sources.length, words.sources) : words.practice}</span>
  </span>`;
  const asOf = item.as_of ? words.asOf.replace("{date}", partialDate(item.as_of, context.language)) : "";
  const content = html`${reasons(item.because, context)}
    ${sources.length ? sourceList(sources, context) : html`<p>${words.practiceNote}</p>`}
    ${asOf ? html`<p class="small">${asOf}</p>` : nothing}`;
  return folded(label, content);
}

/** The facets that brought an item in. */
export function reasons(because: Facets | undefined, { language, words }: CardContext): TemplateResult {
  const lines = facetLines(because, language);
  if (!lines.length) return html`<p>${words.general}</p>`;
  const entries = lines.map(({ name, values }) => html`<div><dt>${name}</dt><dd>${values}</dd></div>`);
  return html`<p>${words.because}</p><dl class="facets">${entries}</dl>`;
}

/** What an answer is about: its topic, and the person's situation. */
export function about(topic: string | null | undefined, profile: Facets | undefined, context: CardContext): Part {
  const names = valueNames(profile, context.language);
  const title = topicTitle(topic, context.language);
  if (!title && !names.length) return nothing;
  return html`${title ? html`<span class="topic">${title}</span>` : nothing}
    ${names.length ? html`<span class="situation">${icon("building")}<span class="sr">${context.words.for}: </span>${context.language === "zh" ? joined(names, "zh") : names.join(" · ")}</span>` : nothing}`;
}
