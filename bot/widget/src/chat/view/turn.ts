/** A turn on the screen: what the person said, the answers, and what can be done with them. */

import { html, nothing, type TemplateResult } from "lit";
import { LANGUAGES, type Language, TAGS } from "../../loader/options";
import { questionParts } from "../cards/assessment";
import { answerBody } from "../cards/card";
import { cardContext, type Part } from "../cards/frame";
import type { Button } from "../client/protocol";
import { type Answer, answersOf, shownText, type Turn } from "../client/turns";
import { clock } from "../dates";
import { icon } from "../icons";
import { langOf } from "../speech";
import { TEXTS } from "../texts";
import type { ViewContext } from "./context";
import { plainText } from "./copy";
import { isThumb, type Rating } from "./ratings";

/** A button that answers a question which stands below an answer, rather than following the answer up. */
const REPLIES_TO_QUESTION = /^\/inform_profile\{|"(?:assessment|facet):/;
const QUIET = /"(?:assessment:(?:back|stop)|facet:skip|\w+:cancel|opinion:none)"/;
/** How long a button says that it has copied. */
const COPIED_MS = 2000;
const GRAVE = /"forget:yes"/;

/** A turn; `isLast` if the buttons under its answers still stand for what would be said now. */
export function turnView(turn: Turn, isLast: boolean, context: ViewContext): TemplateResult {
  const answers = answersOf(turn.replies);
  return html`<section class="turn" data-turn=${turn.id}>
    ${said(turn, context)}
    ${answers.map((answer, index) => answerView(answer, turn, isLast && index === answers.length - 1, context))}
    ${turn.state === "sending" ? typing(context) : nothing} ${turn.state === "refused" ? refusal(turn, context) : nothing}
  </section>`;
}

function said(turn: Turn, context: ViewContext): Part {
  const text = isThumb(turn) ? null : shownText(turn, context.titles);
  if (!text) return nothing;
  const { words, language } = context;
  const note = turn.state === "waiting" ? html`<span class="pending">${words.waiting}</span>` : clock(turn.at, language);
  return html`<div class="said">
    <p class="bubble own" lang=${langOf(text)}><span class="sr" lang=${TAGS[language]}>${words.you}: </span>${text}</p>
    ${turn.at ? html`<p class="time">${note}</p>` : nothing}
  </div>`;
}

function typing({ words }: ViewContext): TemplateResult {
  return html`<p class="bubble typing" role="img" aria-label=${words.typing}><i></i><i></i><i></i></p>`;
}

function answerView(answer: Answer, turn: Turn, isLast: boolean, context: ViewContext): TemplateResult {
  const language =
    LANGUAGES.find((each) => each === answer.custom?.language) ?? (langOf(answer.text) === "zh-Hans" ? "zh" : "en");
  const card = cardContext(language, context.options.server, context.options.level + 1);
  const { custom } = answer;
  const question = custom?.type === "advice" ? custom.question?.text : undefined;
  const pending = custom?.pending;
  const asks = Boolean(question || pending);
  const replies = asks ? answer.buttons.filter(({ payload }) => REPLIES_TO_QUESTION.test(payload) || QUIET.test(payload)) : [];
  const others = answer.buttons.filter((button) => !replies.includes(button));
  return html`<div class="answer" lang=${TAGS[language]}>
    ${answerBody(answer, card)} ${custom ? tools(answer, turn, context) : nothing} ${isLast || custom?.type === "refusal" ? chips(others, answer, language, context) : nothing}
    ${question ? html`<div class="bubble">${question}</div>` : nothing}
    ${pending ? html`<article class="card">${questionParts(pending, card)}</article>` : nothing}
    ${isLast ? chips(replies, answer, language, context) : nothing}
  </div>`;
}

function chips(buttons: readonly Button[], answer: Answer, language: Language, { deeds }: ViewContext): Part {
  if (!buttons.length) return nothing;
  const more = answer.custom?.type === "advice" ? answer.custom.more : 0;
  const look = (payload: string) => `chip ${QUIET.test(payload) ? "quiet" : ""} ${GRAVE.test(payload) ? "grave" : ""}`;
  const isMain = answer.custom?.type === "refusal";
  return html`<div class="chips" lang=${TAGS[language]}>
    ${isMain ? html`<span class="small">${TEXTS[language].card.route}</span>` : nothing}
    ${buttons.map(
      ({ title, payload }) =>
        html`<button type="button" class="${look(payload)} ${isMain ? "main" : ""}" @click=${() => deeds.say(payload, title)}>
          ${title} ${payload.startsWith("/more") && more ? html`<span class="count">${more}</span>` : nothing}
        </button>`,
    )}
  </div>`;
}

/** Copy, and thumbs on guidance. */
function tools(answer: Answer, turn: Turn, context: ViewContext): Part {
  const { words, language } = context;
  const rateable = context.rateables.get(turn.id);
  const thumbs =
    rateable && (rateable.isOpen || rateable.rating)
      ? (["positive", "negative"] as const).map((r) => thumb(r, turn, context))
      : nothing;
  if (!rateable && !hasMuch(answer)) return nothing;
  return html`<div class="tools" lang=${TAGS[language]}>
    <button type="button" class="tool" @click=${(event: Event) => copied(event, answer, context)}>
      ${icon("copy")}<span>${words.copy}</span><span class="copied">${words.copied}</span><span class="failed">${words.notCopied}</span>
    </button>
    ${thumbs}
  </div>`;
}

/** Whether an answer is worth copying although it is no guidance. */
function hasMuch({ custom }: Answer): boolean {
  if (custom?.type === "assessment") return custom.state === "result";
  return ["comparison", "sources", "explanation", "brief"].includes(custom?.type ?? "");
}

function thumb(rating: Rating, turn: Turn, { words, rateables, deeds }: ViewContext): TemplateResult {
  const { isOpen, rating: given } = rateables.get(turn.id)!;
  const label = rating === "positive" ? words.helpful : words.unhelpful;
  return html`<button
    type="button"
    class="tool thumb"
    aria-label=${label}
    title=${label}
    aria-pressed=${String(given === rating)}
    ?disabled=${!isOpen && given !== rating}
    @click=${() => isOpen && given !== rating && deeds.rate(rating)}
  >
    ${icon(rating === "positive" ? "up" : "thumbDown")}
  </button>`;
}

async function copied(event: Event, answer: Answer, { deeds }: ViewContext): Promise<void> {
  const button = event.currentTarget as HTMLElement;
  button.dataset.state = (await deeds.copy(plainText(answer))) ? "copied" : "failed";
  setTimeout(() => delete button.dataset.state, COPIED_MS);
}

function refusal(turn: Turn, { words, language, deeds }: ViewContext): TemplateResult {
  const isUnanswered = !turn.refusal && !turn.replies.length;
  const text = turn.refusal?.[language] ?? (isUnanswered ? words.unanswered : words.refused);
  return html`<div class="refused">
    <p>${text}</p>
    <div class="chips">
      ${turn.text.startsWith("/") ? nothing : html`<button type="button" class="chip" @click=${() => deeds.edit(turn)}>${words.edit}</button>`}
      <button type="button" class="chip" @click=${() => deeds.sendAgain(turn)}>${words.again}</button>
    </div>
  </div>`;
}
