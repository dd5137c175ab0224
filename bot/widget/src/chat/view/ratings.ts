/** Which answers can be rated, and how they were: a rating is a message of its own, and concerns the answer shown last. */

import type { Message } from "../client/protocol";
import type { Turn } from "../client/turns";
import { TEXTS } from "../texts";

export type Rating = "positive" | "negative";

const PAYLOADS: Record<Rating, string> = { positive: "/feedback_positive", negative: "/feedback_negative" };

/** What the server tells of a pressed thumb: its label. */
const THUMBS = new Set(Object.values(TEXTS).flatMap(({ helpful, unhelpful }) => [helpful, unhelpful]));

export interface Rateable {
  /** Whether a rating now would concern this answer. */
  isOpen: boolean;
  rating: Rating | null;
}

export function ratingPayload(rating: Rating): string {
  return PAYLOADS[rating];
}

/** The rating that a turn gives, by a thumb or in words; `null` if it is none. */
export function ratingIn({ text, replies }: Turn): Rating | null {
  for (const { custom } of replies) {
    if (custom?.type === "feedback" && custom.rating) return custom.rating === "feedback_positive" ? "positive" : "negative";
  }
  return text === PAYLOADS.positive ? "positive" : text === PAYLOADS.negative ? "negative" : null;
}

/** Whether a turn is a pressed thumb, which is shown as that and not as words. */
export function isThumb(turn: Turn): boolean {
  return ratingIn(turn) !== null && (turn.text.startsWith("/") || THUMBS.has(turn.text));
}

/** The turns whose answers can be rated, by their ids. */
export function rateables(turns: readonly Turn[]): Map<string, Rateable> {
  const found = new Map<string, Rateable>();
  let latest: Rateable | undefined;
  for (const turn of turns) {
    const { id, replies } = turn;
    const rating = ratingIn(turn);
    if (rating && latest) latest.rating = rating;
    if (!replies.some(isGuidance)) continue;
    if (latest) latest.isOpen = false;
    latest = { isOpen: true, rating: null };
    found.set(id, latest);
  }
  return found;
}

/** Whether a reply shows items of guidance, to which the server refers a rating. */
function isGuidance({ custom }: Message): boolean {
  if (custom?.type === "advice") return custom.items.length > 0;
  if (custom?.type === "cases") return custom.items.length > 0 && Boolean(custom.topic);
  return custom?.type === "assessment" && custom.state === "result" && Boolean(custom.items?.length);
}
