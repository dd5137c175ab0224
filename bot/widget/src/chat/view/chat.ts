/** `<qiao-conversation>`: the chat itself, in the panel or as a part of the page. */

import { html, LitElement, nothing, type PropertyValues, type TemplateResult, unsafeCSS } from "lit";
import { guard } from "lit/directives/guard.js";
import { repeat } from "lit/directives/repeat.js";
import type { ChatElement, ChatEvents, Place } from "../../loader/chat_element";
import type { Scheme } from "../../loader/colours";
import { type Language, type Options, storageKey, TAGS } from "../../loader/options";
import { Conversation, type Snapshot } from "../client/conversation";
import { type Turn, titlesOf } from "../client/turns";
import { dayName, isSameDay } from "../dates";
import { icon } from "../icons";
import { TEXTS, type Texts } from "../texts";
import { announcement } from "./announce";
import { composer, fit } from "./composer";
import type { Deeds, ViewContext } from "./context";
import { toClipboard } from "./copy";
import { header } from "./header";
import { printConversation } from "./print";
import { rateables, ratingPayload } from "./ratings";
import { Scroller } from "./scroller";
import { styles } from "./styles";
import { troubleBar, troubleText } from "./trouble";
import { turnView } from "./turn";
import { welcome } from "./welcome";

const SECOND_MS = 1000;

/** How long an announcement can be found by screen readers. */
const ANNOUNCED_MS = 10_000;

export class QiaoConversation extends LitElement implements ChatElement {
  static styles = unsafeCSS(styles);
  static properties = {
    scheme: {},
    language: {},
    isShown: {},
    snapshot: { state: true },
    isWide: { state: true },
    isMenuOpen: { state: true },
    isRenewing: { state: true },
    isBehind: { state: true },
  };

  scheme: Scheme = "light";
  language: Language;
  isShown = false;
  private snapshot: Snapshot = { isLoaded: false, turns: [], trouble: null, endedAfter: null };
  private isWide = false;
  private isMenuOpen = false;
  private isRenewing = false;
  private isBehind = false;
  private conversation: Conversation | undefined;
  private silencing: ReturnType<typeof setTimeout> | undefined;
  private ticking: ReturnType<typeof setInterval> | undefined;
  private readonly scroller = new Scroller((isBehind) => {
    this.isBehind = isBehind;
  });

  private readonly deeds: Deeds = {
    say: (text, title) => this.say(text, title),
    rate: (rating) =>
      this.conversation?.say(ratingPayload(rating), rating === "positive" ? this.words.helpful : this.words.unhelpful),
    copy: (text) => this.copy(text),
    edit: ({ id }) => this.edit(id),
    sendAgain: ({ id, text, title }) => {
      this.conversation?.takeBack(id);
      this.say(text, title);
    },
    retry: () => this.conversation?.resume(),
  };

  constructor(
    private readonly options: Options,
    private readonly place: Place,
  ) {
    super();
    this.language = options.language;
  }

  get words(): Texts {
    return TEXTS[this.language];
  }

  private get log(): HTMLElement {
    return this.renderRoot.querySelector<HTMLElement>(".log")!;
  }

  private get field(): HTMLTextAreaElement {
    return this.renderRoot.querySelector("textarea")!;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.conversation = new Conversation(
      this.options.server,
      () => this.language,
      (snapshot) => this.onSnapshot(snapshot),
    );
    this.conversation.start();
    this.addEventListener("keydown", this.onEscape);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.conversation?.stop();
    clearInterval(this.ticking);
    this.removeEventListener("keydown", this.onEscape);
  }

  /** Moves the focus to where people write; on touch screens to the conversation, so that no keyboard covers it. */
  async focusInput(): Promise<void> {
    await this.updateComplete;
    if (matchMedia("(pointer: fine)").matches) {
      this.field.focus({ preventScroll: true });
    } else {
      this.log.dataset.quiet = "";
      this.log.focus({ preventScroll: true });
    }
  }

  /** Asks in the person's name. */
  ask(text: string): void {
    this.say(text);
  }

  protected override render(): TemplateResult {
    const { words, language, snapshot } = this;
    const context: ViewContext = {
      language,
      words,
      options: this.options,
      titles: titlesOf(snapshot.turns),
      rateables: rateables(snapshot.turns),
      deeds: this.deeds,
    };
    return html`<div class="app" data-scheme=${this.scheme} data-place=${this.place} lang=${TAGS[language]}>
      ${header(this.headerState, this.headerDeeds)}
      <div class="log" role="log" aria-live="off" aria-label=${words.log} tabindex="0" aria-busy=${String(!snapshot.isLoaded)} @scroll=${this.scroller.onScroll} @keydown=${this.onLogKey}>
        <div class="column">${this.body(context)}</div>
      </div>
      ${
        this.isBehind
          ? html`<button type="button" class="latest" aria-label=${words.latest} title=${words.latest} @click=${() => this.scroller.toEnd()}>${icon("down")}</button>`
          : nothing
      }
      ${snapshot.trouble ? troubleBar(snapshot.trouble, context) : nothing}
      <div class="foot">
        ${composer(
          words,
          (text) => this.say(text),
          () => this.conversation?.prepare(),
        )}
        <p class="disclaimer">${words.disclaimer}</p>
      </div>
      <div class="sr" role="status" id="status"></div>
    </div>`;
  }

  private body(context: ViewContext): unknown {
    const { isLoaded, turns, endedAfter } = this.snapshot;
    const ended = html`<p class="divider">${context.words.ended}</p>`;
    if (!turns.length) {
      if (!isLoaded) return html`<p class="divider">${context.words.loading}</p>`;
      return html`${endedAfter === "" ? ended : nothing}${welcome(context)}`;
    }
    const parts = turns.map((turn, index) => ({ turn, day: this.dayBefore(turns, index), isLast: index === turns.length - 1 }));
    return html`${endedAfter === "" ? ended : nothing}${repeat(
      parts,
      ({ turn }) => turn.id,
      ({ turn, day, isLast }) => html`${day ? html`<p class="divider day">${day}</p>` : nothing}
        ${guard([turn, isLast, this.language, JSON.stringify(context.rateables.get(turn.id) ?? null)], () => turnView(turn, isLast, context))}
        ${endedAfter === turn.id ? ended : nothing}`,
    )}`;
  }

  /** The day's name where a turn is the first of its day. */
  private dayBefore(turns: readonly Turn[], index: number): string {
    const { at } = turns[index]!;
    const before = turns[index - 1];
    if (!at || (before && isSameDay(before.at, at)) || (!before && isSameDay(at, Date.now()))) return "";
    return dayName(at, this.language, this.words);
  }

  private get headerState() {
    const { language, words, options, isWide, isMenuOpen, isRenewing } = this;
    return {
      language,
      words,
      options,
      isWide,
      isMenuOpen,
      isRenewing,
      isPanel: this.place === "panel",
      hasConversation: this.snapshot.turns.length > 0,
    };
  }

  private readonly headerDeeds = {
    switchLanguage: () => this.switchLanguage(),
    toggleMenu: () => this.setMenu(!this.isMenuOpen),
    widen: () => {
      this.isWide = !this.isWide;
      this.tell("qiao-widen", this.isWide);
    },
    close: () => this.tell("qiao-close", undefined),
    say: (text: string) => this.say(text),
    print: () => {
      this.setMenu(false);
      printConversation(
        this.renderRoot.querySelector(".column")!,
        this.options.title[this.language],
        TAGS[this.language],
        styles,
      );
    },
    askRenewal: () => {
      this.isRenewing = true;
    },
    renew: () => {
      this.setMenu(false);
      this.conversation?.renew();
      this.focusInput();
    },
  };

  protected override updated(changed: PropertyValues): void {
    this.scroller.follow(this.log);
    if (changed.has("isMenuOpen") || changed.has("isRenewing")) {
      const first = this.renderRoot.querySelector<HTMLElement>(".menu button");
      if (this.isMenuOpen) first?.focus();
    }
  }

  private onSnapshot(snapshot: Snapshot): void {
    const before = this.snapshot;
    this.snapshot = snapshot;
    this.scroller.expect(before, snapshot);
    const news = announcement(before, snapshot, this.words);
    if (news) {
      this.announce(news);
      if (!this.isShown) this.tell("qiao-unread", undefined);
    }
    if (snapshot.trouble && snapshot.trouble.kind !== before.trouble?.kind) {
      this.announce(troubleText(snapshot.trouble, this));
    }
    clearInterval(this.ticking);
    if (snapshot.trouble?.retryAt) this.ticking = setInterval(() => this.requestUpdate(), SECOND_MS);
  }

  private say(text: string, title?: string): void {
    this.setMenu(false);
    this.conversation?.say(text, title);
    this.focusInput(); // what was pressed is about to go
  }

  private edit(id: string): void {
    const text = this.conversation?.takeBack(id) ?? "";
    this.field.value = [text, this.field.value].filter(Boolean).join("\n");
    fit(this.field);
    this.field.focus();
  }

  private async copy(text: string): Promise<boolean> {
    const isDone = await toClipboard(text);
    this.announce(isDone ? this.words.copied : this.words.notCopied);
    return isDone;
  }

  private switchLanguage(): void {
    this.language = this.language === "en" ? "zh" : "en";
    try {
      localStorage.setItem(storageKey(this.options.server, "language"), this.language);
    } catch {
      // then the choice holds for this page only
    }
    this.tell("qiao-language", this.language);
  }

  private setMenu(isOpen: boolean): void {
    const hadFocus = this.renderRoot.querySelector(".menu")?.contains((this.renderRoot as ShadowRoot).activeElement);
    this.isMenuOpen = isOpen;
    this.isRenewing = false;
    if (hadFocus && !isOpen) this.renderRoot.querySelector<HTMLElement>('[aria-controls="menu"]')?.focus();
  }

  /** The conversation got the focus by a tap and shows it from the first key on. */
  private readonly onLogKey = () => delete this.log.dataset.quiet;

  /** Escape closes the menu first, and only then the panel. */
  private readonly onEscape = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || event.isComposing || !this.isMenuOpen) return;
    event.preventDefault();
    this.setMenu(false);
  };

  /** Has screen readers say something; emptied before, so that the same words are said again, and after a while. */
  private announce(text: string): void {
    const status = this.renderRoot?.querySelector("#status");
    if (!status) return;
    const put = (words: string) => {
      status.textContent = words;
    };
    put("");
    clearTimeout(this.silencing);
    requestAnimationFrame(() => put(text));
    this.silencing = setTimeout(() => put(""), ANNOUNCED_MS);
  }

  private tell<Name extends keyof ChatEvents>(name: Name, detail: ChatEvents[Name]["detail"]): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
