/** Keeps the tabs of one browser in step. */

import { storageKey } from "../../loader/options";
import type { Turn } from "./turns";

/** What a tab tells the others. */
export type Note =
  /** A turn is new or has changed. */
  | { kind: "turn"; turn: Turn }
  /** The person has begun a new conversation. */
  | { kind: "renewed" }
  /** The session had ended; what follows belongs to a new conversation. */
  | { kind: "ended" }
  /** This tab is going; what it has not sent falls to the others. */
  | { kind: "leaving" };

export class Tabs {
  private readonly channel: BroadcastChannel | null;
  private readonly lock: string;

  constructor(server: string, onNote: (note: Note) => void) {
    this.lock = storageKey(server, "sending");
    this.channel = "BroadcastChannel" in window ? new BroadcastChannel(storageKey(server, "tabs")) : null;
    if (this.channel) this.channel.onmessage = ({ data }) => onNote(data as Note);
  }

  tell(note: Note): void {
    this.channel?.postMessage(note);
  }

  /** Runs a task in one tab at a time. Without locks (plain http) two tabs may run it: a message's id keeps it from counting twice. */
  async exclusively(task: () => Promise<void>): Promise<void> {
    if (navigator.locks) await navigator.locks.request(this.lock, task);
    else await task();
  }

  close(): void {
    this.channel?.close();
  }
}
