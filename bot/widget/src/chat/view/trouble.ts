/** Says what keeps messages from the server, and when they are tried again. */

import { html, nothing, type TemplateResult } from "lit";
import type { Trouble } from "../client/trouble";
import { fill } from "../texts";
import type { ViewContext } from "./context";

/** What is wrong, in words. */
export function troubleText({ kind, words: own }: Trouble, { words, language }: Pick<ViewContext, "words" | "language">): string {
  return own?.[language] ?? words.trouble[kind];
}

export function troubleBar(
  trouble: Trouble,
  context: Pick<ViewContext, "words" | "language" | "deeds">,
  now = Date.now(),
): TemplateResult {
  const { words, deeds } = context;
  const seconds = trouble.retryAt === null ? null : Math.ceil((trouble.retryAt - now) / 1000);
  const state = seconds === null ? "" : seconds > 0 ? fill(words.trouble.countdown, { seconds }) : words.trouble.trying;
  return html`<div class="trouble">
    <p>${troubleText(trouble, context)} <span class="countdown" aria-hidden="true">${state}</span></p>
    ${trouble.kind === "too_many" ? nothing : html`<button type="button" class="chip" @click=${deeds.retry}>${words.trouble.now}</button>`}
  </div>`;
}
