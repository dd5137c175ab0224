/** The readiness assessment: a question with its place in the row, and the result. */

import { html, nothing, type TemplateResult } from "lit";
import { partialDate } from "../dates";
import { icon } from "../icons";
import { link, ownAddress } from "../links";
import type { QuestionPayload, ResultPayload } from "../payloads";
import { fill } from "../texts";
import { type CardContext, folded, heading, headline, type Part } from "./frame";
import { numberedItems } from "./items";
import { radar } from "./radar";

/** How many lines of the text beside a question are the question itself. */
const QUESTION_LINES = 2;

export function questionCard(card: QuestionPayload, context: CardContext, lines: readonly string[]): TemplateResult {
  const before = lines.slice(0, -QUESTION_LINES).join("\n");
  return html`${before ? html`<p class="lines">${before}</p>` : nothing} ${questionParts(card, context)}`;
}

/** The question to which the adviser comes back. */
export function questionParts({ number, total, question }: QuestionPayload, context: CardContext): TemplateResult {
  const place = fill(context.words.question, { number, total });
  return html`<div class="progress">
      <progress max=${total} value=${number} aria-label=${place}></progress>
      <p class="eyebrow"><span>${place}</span><span class="topic">${question.dimension}</span></p>
    </div>
    ${heading(question.text, "headline", context)}`;
}

export function resultCard(card: ResultPayload, context: CardContext): TemplateResult {
  const { words } = context;
  const axes = card.scores.map(({ dimension, title, points }) => ({ title, points, before: card.previous?.scores[dimension] }));
  const label = axes.map(({ title, points }) => fill(words.points, { title, points })).join("; ");
  const chart = card.chart ? ownAddress(card.chart, context.server) : null;
  return html`${headline(words.result, context)}
    <p class="total"><strong>${card.total}</strong> ${words.ofHundred}</p>
    ${previous(card, context)}
    <div class="result">
      ${axes.length > 2 ? radar(axes, label) : nothing}
      <ul class="scores">
        ${card.scores.map((score) => html`<li>${scoreEntry(score, context)}</li>`)}
      </ul>
    </div>
    ${
      card.items?.length ? html`${heading(words.next, "kind action", context, 1)} ${numberedItems(card.items, context)}` : nothing
    }
    ${chart ? html`<p>${link(chart, html`${icon("external")}${words.chart}`, undefined, "with-icon")}</p>` : nothing}`;
}

function previous({ total, previous: before }: ResultPayload, { language, words }: CardContext): Part {
  if (!before) return nothing;
  const change = total - before.total;
  const values = { date: partialDate(before.date, language), total: before.total, change: change > 0 ? `+${change}` : change };
  return html`<p class="small">${fill(words.previous, values)}</p>
    <p class="legend"><span class="key-now">${words.now}</span><span class="key-before">${words.before}</span></p>`;
}

/** The points of a dimension; on tap what cost points. */
function scoreEntry({ title, points, reasons }: ResultPayload["scores"][number], context: CardContext): TemplateResult {
  const label = html`<span class="score">
    <span>${title}</span><span class="points">${points}</span>
    <meter min="0" max="100" value=${points} aria-label=${fill(context.words.points, { title, points })}></meter>
  </span>`;
  if (!reasons?.length) return html`<div class="fold">${label}</div>`;
  const lines = reasons.map((reason) => html`<li>${reason.replace(/^[•·]\s*/, "")}</li>`);
  return folded(label, html`<p class="small">${context.words.costs}</p><ul>${lines}</ul>`);
}
