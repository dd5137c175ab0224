/** The field in which people write. */

import { html, type TemplateResult } from "lit";
import { icon } from "../icons";
import type { Texts } from "../texts";

export function composer(words: Texts, send: (text: string) => void, onWriting: () => void): TemplateResult {
  const submit = (form: HTMLFormElement) => {
    const field = form.elements.namedItem("question") as HTMLTextAreaElement;
    const text = field.value.trim();
    if (!text) return;
    field.value = "";
    fit(field);
    send(text);
  };
  const onSubmit = (event: Event) => {
    event.preventDefault();
    submit(event.currentTarget as HTMLFormElement);
  };
  const onKey = (event: KeyboardEvent) => {
    if (!isSendKey(event)) return;
    event.preventDefault();
    submit((event.currentTarget as HTMLTextAreaElement).form!);
  };
  const onInput = (event: Event) => {
    fit(event.currentTarget as HTMLTextAreaElement);
    onWriting();
  };
  return html`<form class="composer" @submit=${onSubmit}>
    <textarea
      name="question"
      rows="1"
      aria-label=${words.input}
      placeholder=${words.placeholder}
      enterkeyhint="send"
      autocomplete="off"
      @keydown=${onKey}
      @input=${onInput}
    ></textarea>
    <button class="send" aria-label=${words.send} title=${words.send}>${icon("send")}</button>
  </form>`;
}

/** Whether a key sends: Enter, unless it makes a new line or confirms what an input method offers. */
export function isSendKey(event: Pick<KeyboardEvent, "key" | "shiftKey" | "isComposing" | "keyCode">): boolean {
  // Safari ends the composition before the Enter that confirms it; only the key code still tells
  return event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229;
}

/** Makes the field as high as its text, up to the limit of the style sheet. */
export function fit(field: HTMLTextAreaElement): void {
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight + 2}px`;
}
