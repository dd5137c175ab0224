/** What the loader and the chat itself, which comes later, know of each other. */

import type { Scheme } from "./colours";
import type { Language, Options } from "./options";

/** How the chat is shown: as a panel over a page, or as a part of the page. */
export type Place = "panel" | "page";

/** The chat as the loader handles it. */
export interface ChatElement extends HTMLElement {
  scheme: Scheme;
  language: Language;
  /** Whether people can see it; new answers are announced as unread otherwise. */
  isShown: boolean;
  focusInput(): void;
  ask(text: string): void;
}

/** What the chat's own file exports. */
export interface ChatModule {
  createChat(options: Options, place: Place): ChatElement;
}

/** Events of the chat that the loader acts on; all are dispatched on the chat element. */
export interface ChatEvents {
  "qiao-close": CustomEvent<undefined>;
  "qiao-widen": CustomEvent<boolean>;
  "qiao-unread": CustomEvent<undefined>;
  "qiao-language": CustomEvent<Language>;
}
