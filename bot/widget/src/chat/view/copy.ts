/** An answer as plain text, with its reasons and sources, for a mail or a document. */

import type { Language } from "../../loader/options";
import type { Answer } from "../client/turns";
import { partialDate } from "../dates";
import { joined, kindHeading, valueName, valueNames } from "../names";
import type { Item, Payload, Source } from "../payloads";
import { TEXTS } from "../texts";

/** The text of an answer. */
export function plainText({ text, custom }: Answer): string {
  const blocks = custom ? blocksOf(custom, text.split("\n")) : [];
  return blocks.length ? blocks.filter(Boolean).join("\n\n") : text;
}

function blocksOf(card: Payload, lines: readonly string[]): string[] {
  const { language } = card;
  switch (card.type) {
    case "advice":
      return [card.headline, ...itemBlocks(card.items, language)];
    case "cases":
      return [lines[0] ?? "", ...itemBlocks(card.items, language)];
    case "sources":
      return [lines[0] ?? "", card.sources.map((source, index) => `${index + 1}. ${sourceText(source, language)}`).join("\n")];
    case "comparison":
      return [
        lines[0] ?? "",
        ...card.rows.map(({ title, cells }) =>
          [title, ...cells.map((cell) => `${valueName(cell.market, language)}: ${cell.text}`)].join("\n"),
        ),
      ];
    case "assessment":
      if (card.state !== "result") return [];
      return [
        `${TEXTS[language].card.result}: ${card.total}`,
        card.scores.map(({ title, points }) => `${title}: ${points}`).join("\n"),
        ...itemBlocks(card.items ?? [], language),
      ];
    default:
      return [];
  }
}

/** The items, those of a kind under its heading, numbered as on the screen. */
function itemBlocks(items: readonly Item[], language: Language): string[] {
  let kind: string | undefined;
  return items.map((item, index) => {
    const isNew = item.kind && item.kind !== kind && !item.when;
    kind = item.kind;
    const due = [item.when, item.owner].filter(Boolean).join(" · ");
    const heading = isNew ? `${kindHeading(item.kind!, language)}\n` : "";
    return [`${heading}${index + 1}. ${item.text}`, due, ...notes(item, language)].filter(Boolean).join("\n   ");
  });
}

function notes({ because, sources, as_of: asOf }: Item, language: Language): string[] {
  const words = TEXTS[language].card;
  const names = joined(valueNames(because, language), language);
  const date = asOf ? words.asOf.replace("{date}", partialDate(asOf, language)) : "";
  const cited = sources?.length ? sources.map((source) => sourceText(source, language)) : [words.practice];
  return [[names, date].filter(Boolean).join(" · "), ...cited.map((source) => `– ${source}`)];
}

function sourceText({ title, publisher, published, url }: Source, language: Language): string {
  const date = published ? partialDate(published, language) : TEXTS[language].card.undated;
  return [[title, publisher, date].filter(Boolean).join(", "), url].filter(Boolean).join(" ");
}

/** Puts a text on the clipboard; `false` if the browser does not let us. */
export async function toClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copiedByCommand(text); // no permission, or a page without https
  }
}

function copiedByCommand(text: string): boolean {
  const area = document.createElement("textarea");
  area.value = text;
  area.readOnly = true;
  area.setAttribute("aria-hidden", "true");
  document.body.append(area);
  area.select();
  try {
    return document.execCommand("copy");
  } finally {
    area.remove();
  }
}
