/** The launcher in a corner of the page, and the panel that it opens. */

import type { ChatElement } from "./chat_element";
import { mountChat, onChat, prefetchChat } from "./chat_file";
import { bridge, element } from "./dom";
import { type Language, type Options, storageKey, TAGS } from "./options";
import texts from "./texts.json";

/** Where the panel fills the screen and the page behind it cannot be used; the same condition as in loader.css. */
const SMALL_SCREEN = "(max-width: 520px), (max-height: 420px)";

export class Floating {
  readonly nodes: readonly [HTMLElement, HTMLElement];
  private readonly launcher = element("button", { type: "button", class: "launcher", "aria-haspopup": "dialog" });
  private readonly panel = element("dialog", { class: "panel", tabindex: "-1" });
  private readonly label = element("span", { class: "label" });
  private readonly unread = element("span", { class: "unread", role: "img" });
  private readonly small = matchMedia(SMALL_SCREEN);
  private chat: ChatElement | undefined;
  private mounting: Promise<ChatElement> | undefined;

  constructor(
    private readonly options: Options,
    private readonly onMounted: (chat: ChatElement) => void,
  ) {
    this.launcher.append(options.logo ? element("img", { src: options.logo, alt: "" }) : bridge(), this.label);
    this.nodes = [this.launcher, this.panel];
    this.speak(options.language);
    this.launcher.addEventListener("click", () => this.open());
    for (const event of ["pointerenter", "focus"]) {
      this.launcher.addEventListener(event, () => prefetchChat(options.server), { once: true });
    }
    this.panel.addEventListener("keydown", (event) => this.onKey(event));
    this.panel.addEventListener("cancel", (event) => event.preventDefault()); // Escape is ours, since it may end a composition
    this.small.addEventListener("change", () => this.adaptToScreen());
    this.followKeyboard();
  }

  /** Opens the panel as it was on the page before, or because the site wishes it; not where it would cover the page. */
  restore(): void {
    const before = this.remembered;
    const isWished = before === "open" || (before === null && this.options.open);
    if (isWished && !this.small.matches) this.show(false);
  }

  /** Opens the panel and moves the focus into it. */
  open(): Promise<ChatElement> {
    this.show(true);
    return this.mount();
  }

  /** Closes the panel; the focus goes back to the launcher if it was in the panel. */
  close(): void {
    if (!this.panel.open) return;
    const hadFocus = this.panel.matches(":focus-within") || this.small.matches;
    this.panel.close();
    this.launcher.hidden = false;
    this.remember("closed");
    if (this.chat) this.chat.isShown = false;
    if (hadFocus) this.launcher.focus();
  }

  private show(takesFocus: boolean): void {
    if (!this.panel.open) {
      this.remember("open");
      this.launcher.hidden = true;
      this.unread.remove();
      this.speak(this.options.language);
      if (this.small.matches) this.panel.showModal();
      else this.panel.setAttribute("open", ""); // unlike show() this leaves the focus alone
    }
    if (this.chat) this.chat.isShown = true;
    if (takesFocus) {
      this.panel.focus();
      this.mount().then((chat) => this.panel.open && chat.focusInput());
    } else {
      this.mount();
    }
  }

  private mount(): Promise<ChatElement> {
    this.mounting ??= this.mountOnce();
    return this.mounting;
  }

  private async mountOnce(): Promise<ChatElement> {
    const chat = await mountChat(this.panel, this.options, "panel", () => this.close());
    this.chat = chat;
    chat.isShown = this.panel.open;
    onChat(chat, "qiao-close", () => this.close());
    onChat(chat, "qiao-widen", ({ detail }) => this.panel.toggleAttribute("data-wide", detail));
    onChat(chat, "qiao-language", ({ detail }) => this.speak(detail));
    onChat(chat, "qiao-unread", () => this.markUnread());
    this.onMounted(chat);
    return chat;
  }

  private speak(language: Language): void {
    this.options.language = language;
    const title = this.options.title[language];
    this.label.textContent = texts[language].ask.replace("{title}", title);
    this.launcher.lang = TAGS[language];
    this.panel.lang = TAGS[language];
    this.panel.setAttribute("aria-label", title);
    this.unread.setAttribute("aria-label", texts[language].unread);
  }

  private markUnread(): void {
    if (!this.panel.open) this.launcher.append(this.unread);
  }

  private onKey(event: KeyboardEvent): void {
    if (event.key !== "Escape" || event.isComposing || event.defaultPrevented) return;
    event.stopPropagation();
    this.close();
  }

  private adaptToScreen(): void {
    if (!this.panel.open) return;
    this.panel.close();
    if (this.small.matches) this.panel.showModal();
    else this.panel.setAttribute("open", "");
  }

  /** On phones the keyboard covers a part of the page without making it smaller; the panel keeps to what can be seen. */
  private followKeyboard(): void {
    const view = window.visualViewport;
    if (!view) return;
    const fit = () => {
      if (!this.small.matches || view.scale > 1.01) return;
      this.panel.style.setProperty("--viewport-height", `${view.height}px`);
      this.panel.style.setProperty("--viewport-top", `${view.offsetTop}px`);
    };
    view.addEventListener("resize", fit);
    view.addEventListener("scroll", fit);
    fit();
  }

  private get remembered(): string | null {
    try {
      return sessionStorage.getItem(storageKey(this.options.server, "panel"));
    } catch {
      return null; // the browser keeps nothing for this page
    }
  }

  private remember(state: "open" | "closed"): void {
    try {
      sessionStorage.setItem(storageKey(this.options.server, "panel"), state);
    } catch {
      // then the next page starts with the panel as the site wishes
    }
  }
}
