/** `<qiao-chat>`: fills its place with the chat; the one that the script adds floats over the page. */

import { adopt } from "../styles";
import type { ChatElement } from "./chat_element";
import { mountChat, onChat } from "./chat_file";
import { palette, type Scheme } from "./colours";
import { element } from "./dom";
import { Floating } from "./floating";
import styles from "./loader.css";
import { type Options, readOptions, TAGS } from "./options";

/** Makes the element's class; `script` is the one that brought it and may carry options. */
export function chatElement(script: HTMLElement | null) {
  return class QiaoChat extends HTMLElement {
    private root: HTMLElement | undefined;
    private floating: Floating | undefined;
    private chat: ChatElement | undefined;
    private mounted: Promise<ChatElement> | undefined;

    connectedCallback(): void {
      if (!this.root) this.build(readOptions(this, script));
      this.rise();
    }

    /** Opens the panel, or moves the focus into the chat where it is a part of the page. */
    async open(): Promise<void> {
      const chat = await (this.floating?.open() ?? this.mounted);
      if (!this.floating) chat?.focusInput();
    }

    /** Closes the panel; a chat that is a part of the page stays. */
    close(): void {
      this.floating?.close();
    }

    /** Opens the chat and asks a question in the person's name. */
    async ask(text: string): Promise<void> {
      await this.open();
      this.chat?.ask(text);
    }

    private build(options: Options): void {
      const shadow = this.attachShadow({ mode: "open" });
      adopt(shadow, styles);
      const root = element("div", { class: "root", "data-position": options.position, lang: TAGS[options.language] });
      this.root = root;
      this.followScheme(root, options);
      shadow.append(root);
      const onMounted = (chat: ChatElement) => {
        this.chat = chat;
        chat.scheme = root.dataset.scheme as Scheme;
      };
      if (this.hasAttribute("data-floating")) {
        root.setAttribute("data-floating", "");
        this.floating = new Floating(options, onMounted);
        root.append(...this.floating.nodes);
        this.floating.restore();
      } else {
        this.mounted = mountChat(root, options, "page").then((chat) => {
          onMounted(chat);
          chat.isShown = true;
          onChat(chat, "qiao-language", ({ detail }) => {
            root.lang = TAGS[detail];
          });
          return chat;
        });
      }
    }

    /** Sets the colours of the scheme that the site or the person's system wishes. */
    private followScheme(root: HTMLElement, options: Options): void {
      const dark = matchMedia("(prefers-color-scheme: dark)");
      const apply = () => {
        const scheme: Scheme = options.theme === "auto" ? (dark.matches ? "dark" : "light") : options.theme;
        const colours = palette(options.colour, scheme);
        root.dataset.scheme = scheme;
        const variables = {
          fill: "--fill",
          fillHover: "--fill-hover",
          onFill: "--on-fill",
          text: "--text",
          tint: "--tint",
        } as const;
        for (const [part, name] of Object.entries(variables)) {
          root.style.setProperty(name, colours[part as keyof typeof colours]);
        }
        if (this.chat) this.chat.scheme = scheme;
      };
      apply();
      dark.addEventListener("change", apply);
    }

    /** Lifts the launcher above everything on the page, whatever its layers, where the browser can. */
    private rise(): void {
      if (!this.floating || !("showPopover" in this)) return;
      this.setAttribute("popover", "manual");
      try {
        this.showPopover();
      } catch {
        // already shown, or not in a page yet: the z-index has to do
      }
    }
  };
}
