/** Keeps the conversation where people read: a new answer is read from its question on, and nobody is torn from an older one. */

import type { Snapshot } from "../client/conversation";

const NEAR_END_PX = 80;
const MARGIN_PX = 14;

export class Scroller {
  private log: HTMLElement | undefined;
  private isNearEnd = true;
  /** The turn to which to go after the next rendering, or the end. */
  private target: string | "end" | null = null;

  constructor(private readonly onBehind: (isBehind: boolean) => void) {}

  readonly onScroll = () => {
    const { log } = this;
    if (!log) return;
    this.isNearEnd = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END_PX;
    this.onBehind(!this.isNearEnd);
  };

  /** Notes where to go when a new state has been rendered. */
  expect(before: Snapshot, after: Snapshot): void {
    const last = after.turns[after.turns.length - 1];
    if (!last) return;
    const known = before.turns.find(({ id }) => id === last.id);
    if (!known) this.target = last.state === "done" ? last.id : "end";
    else if (this.isNearEnd && last.replies.length > known.replies.length) this.target = last.id;
  }

  /** Goes there; what is below is looked at only when the browser has laid the page out anyhow. */
  follow(log: HTMLElement): void {
    this.log = log;
    if (!this.target) return;
    if (this.target === "end") this.toEnd();
    else this.toTurn(this.target);
    this.target = null;
    requestAnimationFrame(this.onScroll);
  }

  toEnd(): void {
    if (!this.log) return;
    this.log.scrollTop = this.log.scrollHeight;
    this.isNearEnd = true;
  }

  private toTurn(id: string): void {
    const turn = [...(this.log?.querySelectorAll<HTMLElement>(".turn") ?? [])].find((each) => each.dataset.turn === id);
    if (this.log && turn) this.log.scrollTop = turn.offsetTop - MARGIN_PX;
  }
}
