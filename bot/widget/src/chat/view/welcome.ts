/** What stands where nothing has been said yet. */

import { html, type TemplateResult } from "lit";
import { TAGS } from "../../loader/options";
import { bridgeIcon, icon } from "../icons";
import { langOf, spoken } from "../speech";
import { TEXTS } from "../texts";
import type { ViewContext } from "./context";

const OTHER_EXAMPLES = 2;

export function welcome({ words, language, options, deeds }: ViewContext): TemplateResult {
  const other = language === "en" ? "zh" : "en";
  const example = (text: string) =>
    html`<li>
      <button type="button" class="example" lang=${langOf(text)} @click=${() => deeds.say(text)}><span>${text}</span>${icon("action")}</button>
    </li>`;
  const logo = options.logo
    ? html`<img class="mark" src=${options.logo} alt="" />`
    : html`<span class="mark">${bridgeIcon()}</span>`;
  const greeting = options.greeting[language];
  return html`<div class="welcome">
    ${logo}
    <div role="heading" aria-level=${options.level + 1} class="welcome-title">${spoken(greeting ? options.title[language] : words.welcome.title, language)}</div>
    <p class="lines">${spoken(greeting ?? words.welcome.greeting, language)}</p>
    <p class="eyebrow">${words.welcome.start}</p>
    <ul class="examples">
      ${words.welcome.examples.map(example)}
      ${TEXTS[other].welcome.examples.slice(0, OTHER_EXAMPLES).map(example)}
    </ul>
    <div class="chips" lang=${TAGS[language]}>
      <button type="button" class="chip" @click=${() => deeds.say(words.welcome.readiness)}>${words.welcome.readiness}</button>
    </div>
  </div>`;
}
