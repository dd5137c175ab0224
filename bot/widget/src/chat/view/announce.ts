/** What screen readers say of a new answer: its headline and how much there is, since a card read in full would never end. */

import type { Snapshot } from "../client/conversation";
import { type Answer, answersOf } from "../client/turns";
import { fill, type Texts } from "../texts";

/** The words for answers that were completed between two states; empty if there are none. */
export function announcement(before: Snapshot, after: Snapshot, words: Texts): string {
  const open = new Set(before.turns.filter(({ state }) => state === "sending").map(({ id }) => id));
  const completed = after.turns.filter(({ id, state }) => state === "done" && open.has(id));
  return completed
    .flatMap(({ replies }) => answersOf(replies))
    .map((answer) => `${words.adviser}: ${summary(answer, words)}`)
    .join(" ");
}

function summary({ text, custom }: Answer, words: Texts): string {
  const [first] = text.split("\n");
  if (custom?.type === "advice") return fill(words.announce.points, { headline: custom.headline, count: custom.items.length });
  if (custom?.type === "comparison") return fill(words.announce.rows, { headline: first ?? "", count: custom.rows.length });
  if ((custom?.type === "cases" || custom?.type === "explanation") && custom.items.length) {
    return fill(words.announce.points, { headline: first ?? "", count: custom.items.length });
  }
  return text;
}
