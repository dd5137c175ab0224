/** Cards of guidance: advice, a plan, cases, explanations. */

import { html, nothing, type TemplateResult } from "lit";
import type { AdvicePayload, CasesPayload, ExplanationPayload } from "../payloads";
import { spoken } from "../speech";
import { fill } from "../texts";
import { type CardContext, heading, headline, type Part } from "./frame";
import { about, groupedItems, itemEntry, numberedItems } from "./items";
import { sourceList } from "./sources";

const SHORTENED = 110;

export function adviceCard(card: AdvicePayload, context: CardContext): TemplateResult {
  return html`${headline(card.headline, context, about(card.topic, card.profile, context))}
    ${card.note ? html`<p class="note">${card.note}</p>` : nothing}
    ${card.plan ? planItems(card, context) : groupedItems(card.items, context)}
    ${card.more ? html`<p class="small">${fill(context.words.more, { count: card.more })}</p>` : nothing}`;
}

/** The steps of a plan under the time at which they fall due. */
function planItems({ items }: AdvicePayload, context: CardContext): Part {
  const times = [...new Set(items.map(({ when }) => when ?? ""))];
  return html`<div class="plan">
    ${times.map((time) => {
      const steps = items.map((item, index) => ({ item, number: index + 1 })).filter(({ item }) => (item.when ?? "") === time);
      return html`<section class="group">
        ${time ? heading(time, "due", context, 1) : nothing}
        <ol class="list">${steps.map(({ item, number }) => itemEntry(item, number, context))}</ol>
      </section>`;
    })}
  </div>`;
}

export function casesCard(card: CasesPayload, context: CardContext, lines: readonly string[]): TemplateResult {
  return html`${headline(lines[0] ?? "", context)} ${numberedItems(card.items, context)}`;
}

/** Why each item was given; a single item in full. */
export function explanationCard(card: ExplanationPayload, context: CardContext, lines: readonly string[]): TemplateResult {
  const [only] = card.items;
  if (only?.number !== undefined) {
    return html`${headline(lines[0] ?? "", context)}
      <p>${spoken(only.text, context.language)}</p>
      <p class="reason">${only.reason}</p>
      ${sourceList(only.sources ?? [], context)}`;
  }
  const entry = ({ text, reason }: ExplanationPayload["items"][number]) =>
    html`<li><p class="quoted">${spoken(shortened(text), context.language)}</p><p class="reason">${reason}</p></li>`;
  return html`${headline(lines[0] ?? "", context)}
    <ol class="list">${card.items.map(entry)}</ol>`;
}

function shortened(text: string): string {
  return text.length <= SHORTENED ? text : `${text.slice(0, SHORTENED - 1).trimEnd()}…`;
}
