/** Chooses the card of an answer. */

import { html, type TemplateResult } from "lit";
import type { Answer } from "../client/turns";
import type { Payload } from "../payloads";
import { adviceCard, casesCard, explanationCard } from "./advice";
import { questionCard, resultCard } from "./assessment";
import { briefCard } from "./brief";
import { comparisonCard } from "./comparison";
import type { CardContext, Part } from "./frame";
import { sourcesCard } from "./sources";
import { bubble, clarifyCard, profileCard, refusalCard, ticketCard } from "./talk";

/** What an answer looks like: its card, or its words where there is nothing that a card would show better. */
export function answerBody({ text, custom, buttons }: Answer, context: CardContext): TemplateResult {
  let card: Part;
  try {
    card = custom && cardOf(custom, text, buttons.length > 0, context);
  } catch (error) {
    console.error("Qiao: a card could not be shown; its words are shown instead.", error);
  }
  return card ? html`<article class="card ${custom?.type ?? ""}">${card}</article>` : bubble(text);
}

function cardOf(custom: Payload, text: string, hasButtons: boolean, context: CardContext): Part {
  const lines = text.split("\n");
  switch (custom.type) {
    case "advice":
      return (custom.items.length > 0 || custom.headline) && adviceCard(custom, context);
    case "cases":
      return custom.items.length > 0 && casesCard(custom, context, lines);
    case "explanation":
      return custom.items.length > 0 && explanationCard(custom, context, lines);
    case "sources":
      return custom.sources.length > 0 && sourcesCard(custom, context, lines);
    case "comparison":
      return custom.rows.length > 0 && comparisonCard(custom, context, lines);
    case "assessment":
      if (custom.state === "question") return questionCard(custom, context, lines);
      return custom.state === "result" && resultCard(custom, context);
    case "brief":
      return custom.sections.length > 0 && briefCard(custom, context, lines);
    case "clarify":
      return custom.items?.length ? clarifyCard(custom, context, lines) : false;
    case "refusal":
      return refusalCard(text, context);
    case "handoff":
      return custom.reference ? ticketCard(custom, text, context) : false;
    case "profile":
      return hasButtons && profileCard(custom.profile, text, context);
    default:
      return false;
  }
}
