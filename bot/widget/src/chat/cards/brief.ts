/** A brief for the board: its links, and what it holds. */

import { html, nothing, type TemplateResult } from "lit";
import { type IconName, icon } from "../icons";
import { link, ownAddress } from "../links";
import type { BriefPayload } from "../payloads";
import { spoken } from "../speech";
import { type CardContext, folded, headline, type Part } from "./frame";

export function briefCard(card: BriefPayload, context: CardContext, lines: readonly string[]): TemplateResult {
  const { words, language } = context;
  const button = (address: string | undefined, name: IconName, text: string): Part => {
    const own = address ? ownAddress(address, context.server) : null;
    return own ? link(own, html`${icon(name)}${text}`, undefined, "button") : nothing;
  };
  const section = ({ title, items }: BriefPayload["sections"][number]) =>
    folded(
      html`<span>${spoken(title, language)}</span><span class="count">${items.length}</span>`,
      html`<ul>${items.map((item) => html`<li>${spoken(item, language)}</li>`)}</ul>`,
      "part",
    );
  return html`${headline(card.title ?? words.brief, context)}
    <p>${lines[0]}</p>
    <p class="buttons">
      ${button(card.links?.page, "document", words.read)} ${button(card.links?.word, "external", words.word)}
    </p>
    <div class="parts">${card.sections.map(section)}</div>`;
}
