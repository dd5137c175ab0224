/** A conversation as turns: a person's message with the answers to it. */

import type { Button, Message, Outgoing } from "./protocol";

export interface Turn {
  readonly id: string;
  /** What was sent: words, or a button's payload; empty if the adviser spoke unasked. */
  readonly text: string;
  /** What the person saw of it, where that is known and differs. */
  readonly title?: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** `waiting` to be sent, `sending`, `done`, or `refused` by the server. */
  readonly state: "waiting" | "sending" | "done" | "refused";
  readonly replies: readonly Message[];
  /** Why it was refused, in both languages, if the server said so. */
  readonly refusal?: Record<"en" | "zh", string>;
}

/** One answer: a text, the card that says the same, and the buttons under it. */
export interface Answer {
  readonly text: string;
  readonly custom?: Message["custom"];
  readonly buttons: readonly Button[];
  readonly at?: number;
}

/** A message on its way out as a turn without an answer. */
export function turnOf({ id, text, title, at }: Outgoing): Turn {
  return { id, text, title, at, state: "waiting", replies: [] };
}

/** The server's messages, in their order, as turns; the id of an answer is that of its turn, a point, and a number. */
export function turnsOf(messages: readonly Message[]): Turn[] {
  const turns: Turn[] = [];
  for (const [index, message] of messages.entries()) {
    const at = 1000 * (message.at ?? 0);
    const last = turns[turns.length - 1];
    if (message.from === "user") {
      turns.push({
        id: message.id ?? `${at}-${index}`,
        text: message.text ?? "",
        title: message.title,
        at,
        state: "done",
        replies: [],
      });
      continue;
    }
    const id = message.id?.replace(/\.[^.]*$/, "") ?? last?.id ?? `${at}-${index}`;
    if (last?.id === id) turns[turns.length - 1] = { ...last, replies: [...last.replies, message] };
    else turns.push({ id, text: "", at, state: "done", replies: [message] });
  }
  return turns;
}

/**
 * What is on the screen together with what the server tells, in the server's order. A turn that is known in full is left as it is;
 * one that still waits for the server takes over the answers that have come, and stays behind all others.
 */
export function merge(known: readonly Turn[], told: readonly Turn[]): Turn[] {
  const toldById = new Map(told.map((turn) => [turn.id, turn]));
  const completed = known.map((turn) => {
    const other = toldById.get(turn.id);
    return other && other.replies.length > turn.replies.length ? { ...turn, replies: other.replies } : turn;
  });
  const knownById = new Map(completed.map((turn) => [turn.id, turn]));
  const isPending = ({ state }: Turn) => state === "waiting" || state === "sending";
  const before = completed.filter((turn) => !isPending(turn) && !toldById.has(turn.id));
  const now = told.map((turn) => knownById.get(turn.id) ?? turn).filter((turn) => !isPending(turn));
  return [...before, ...now, ...completed.filter(isPending)];
}

/** A turn's answers; the card that follows a text is that text's card. */
export function answersOf(replies: readonly Message[]): Answer[] {
  const answers: Answer[] = [];
  for (const { text, custom, buttons, at } of replies) {
    const last = answers[answers.length - 1];
    if (!text && !custom && !buttons) continue;
    if (!text && last && !(custom && last.custom)) {
      answers[answers.length - 1] = { ...last, custom: custom ?? last.custom, buttons: [...last.buttons, ...(buttons ?? [])] };
    } else {
      answers.push({ text: text ?? "", custom, buttons: buttons ?? [], at });
    }
  }
  return answers;
}

/** The titles of all buttons that were offered, by their payloads. */
export function titlesOf(turns: readonly Turn[]): Map<string, string> {
  const buttons = turns.flatMap(({ replies }) => replies.flatMap((reply) => reply.buttons ?? []));
  return new Map(buttons.map(({ payload, title }) => [payload, title]));
}

/** What a person saw of a message: the words, or the title of the button; `null` if that is unknown. */
export function shownText(turn: Turn, titles: ReadonlyMap<string, string>): string | null {
  if (!turn.text.startsWith("/")) return turn.text || null;
  return turn.title ?? titles.get(turn.text) ?? null;
}
