/** The chat's own file, which the loader fetches. */

import type { ChatElement, Place } from "../loader/chat_element";
import type { Options } from "../loader/options";
import { QiaoConversation } from "./view/chat";

const NAME = "qiao-conversation";

/** A chat, to be put into its place. */
export function createChat(options: Options, place: Place): ChatElement {
  if (!customElements.get(NAME)) customElements.define(NAME, QiaoConversation);
  return new QiaoConversation(options, place);
}
