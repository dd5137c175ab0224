/** What the parts of the chat's view need of it. */

import type { Language, Options } from "../../loader/options";
import type { Turn } from "../client/turns";
import type { Texts } from "../texts";
import type { Rateable, Rating } from "./ratings";

/** What people can do; the chat carries it out. */
export interface Deeds {
  say(text: string, title?: string): void;
  rate(rating: Rating): void;
  copy(text: string): Promise<boolean>;
  edit(turn: Turn): void;
  sendAgain(turn: Turn): void;
  retry(): void;
}

export interface ViewContext {
  language: Language;
  words: Texts;
  options: Options;
  titles: ReadonlyMap<string, string>;
  rateables: ReadonlyMap<string, Rateable>;
  deeds: Deeds;
}
