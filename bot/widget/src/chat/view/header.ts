/** The chat's head: title, language, menu, size and close. */

import { html, nothing, type TemplateResult } from "lit";
import { type Language, type Options, TAGS } from "../../loader/options";
import { bridgeIcon, type IconName, icon } from "../icons";
import { spoken } from "../speech";
import type { Texts } from "../texts";

export interface HeaderState {
  language: Language;
  words: Texts;
  options: Options;
  isPanel: boolean;
  isWide: boolean;
  isMenuOpen: boolean;
  /** Whether the person is asked if a new conversation shall begin. */
  isRenewing: boolean;
  hasConversation: boolean;
}

export interface HeaderDeeds {
  switchLanguage(): void;
  toggleMenu(): void;
  widen(): void;
  close(): void;
  say(text: string): void;
  print(): void;
  askRenewal(): void;
  renew(): void;
}

export function header(state: HeaderState, deeds: HeaderDeeds): TemplateResult {
  const { language, words, options, isPanel, isWide, isMenuOpen } = state;
  const other = language === "en" ? "zh" : "en";
  const logo = options.logo
    ? html`<img class="logo" src=${options.logo} alt="" />`
    : html`<span class="logo">${bridgeIcon()}</span>`;
  return html`<header class="head">
    ${logo}
    <div class="names">
      <div role="heading" aria-level=${options.level} class="title">${spoken(options.title[language], language)}</div>
      <p class="subtitle">${words.subtitle}</p>
    </div>
    <button type="button" class="tool language" lang=${TAGS[other]} aria-label=${words.otherLanguageLabel} @click=${deeds.switchLanguage}>
      ${words.otherLanguage}
    </button>
    <button type="button" class="tool" aria-label=${words.menu} title=${words.menu} aria-expanded=${String(isMenuOpen)} aria-controls="menu" @click=${deeds.toggleMenu}>
      ${icon("menu")}
    </button>
    ${isPanel ? panelTools(words, isWide, deeds) : nothing}
    <div class="menu" id="menu" ?hidden=${!isMenuOpen}>${isMenuOpen ? menu(state, deeds) : nothing}</div>
  </header>`;
}

function panelTools(words: Texts, isWide: boolean, deeds: HeaderDeeds): TemplateResult {
  const size = isWide ? words.narrow : words.widen;
  return html`<button type="button" class="tool widen" aria-label=${size} title=${size} @click=${deeds.widen}>
      ${icon(isWide ? "narrow" : "widen")}
    </button>
    <button type="button" class="tool" aria-label=${words.close} title=${words.close} @click=${deeds.close}>${icon("close")}</button>`;
}

function menu({ words, isRenewing, hasConversation }: HeaderState, deeds: HeaderDeeds): TemplateResult {
  if (isRenewing) {
    return html`<p>${words.renew.question}</p>
      <div class="chips">
        <button type="button" class="chip main" @click=${deeds.renew}>${words.renew.yes}</button>
        <button type="button" class="chip" @click=${deeds.toggleMenu}>${words.renew.no}</button>
      </div>`;
  }
  const entry = (name: IconName, text: string, act: () => void) =>
    html`<li><button type="button" class="entry" @click=${act}>${icon(name)}<span>${text}</span></button></li>`;
  const question = (name: IconName, text: string) => entry(name, text, () => deeds.say(text)); // in words, which tell the language
  return html`<ul>
    ${question("building", words.actions.profile)} ${question("gauge", words.actions.readiness)}
    ${question("person", words.actions.person)} ${question("lock", words.actions.data)}
    ${
      hasConversation
        ? html`${entry("print", words.actions.print, deeds.print)} ${entry("fresh", words.actions.renew, deeds.askRenewal)}`
        : nothing
    }
  </ul>`;
}
