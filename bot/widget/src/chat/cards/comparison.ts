/** Markets side by side: a table that scrolls in itself where the screen is narrow. */

import { html, nothing, type TemplateResult } from "lit";
import { valueName } from "../names";
import type { Cell, ComparisonPayload } from "../payloads";
import { spoken } from "../speech";
import { type CardContext, headline, type Part } from "./frame";

export function comparisonCard(card: ComparisonPayload, context: CardContext, lines: readonly string[]): TemplateResult {
  const { language, words } = context;
  const summary = lines.slice(1, lines.indexOf(card.rows[0]?.title ?? ""));
  const heads = card.markets.map((market) => html`<th scope="col">${valueName(market, language)}</th>`);
  return html`${headline(lines[0] ?? words.comparison, context)} ${summary.map((line) => html`<p class="small">${line}</p>`)}
    <div class="scroller" role="region" tabindex="0" aria-label=${words.comparison}>
      <table class=${card.markets.length > 2 ? "wide" : nothing}>
        <thead>
          <tr>${heads}</tr>
        </thead>
        ${card.rows.map((row) => rowGroup(row, card.markets, context))}
      </table>
    </div>`;
}

/** A topic as a heading over the whole width, since its title is long, and the markets' cells beneath. */
function rowGroup({ title, cells }: ComparisonPayload["rows"][number], markets: readonly string[], context: CardContext): Part {
  const entries = markets.map((market) =>
    cellOf(
      cells.find((cell) => cell.market === market),
      context,
    ),
  );
  return html`<tbody>
    <tr>
      <th scope="rowgroup" colspan=${markets.length}><span>${title}</span></th>
    </tr>
    <tr>${entries}</tr>
  </tbody>`;
}

function cellOf(cell: Cell | undefined, { language, words }: CardContext): Part {
  if (!cell?.items?.length) return html`<td class="empty">${cell?.text ?? ""}</td>`;
  const meaning = cell.meaning
    ? html`<p class="reason"><strong>${words.meaning}</strong> ${spoken(cell.meaning.text, language)}</p>`
    : nothing;
  return html`<td><p>${spoken(cell.text, language)}</p>${meaning}</td>`;
}
