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

  constructor(server: string, onNote: (note: Note) => void) {
    this.channel = "BroadcastChannel" in window ? new BroadcastChannel(storageKey(server, "tabs")) : null;
    if (this.channel) this.channel.onmessage = ({ data }) => onNote(data as Note);
  }

  tell(note: Note): void {
    this.channel?.postMessage(note);
  }

  close(): void {
    this.channel?.close();
  }
}
