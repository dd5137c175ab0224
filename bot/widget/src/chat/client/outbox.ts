/** Messages that the server has not yet answered to the end; they outlive a reload and are seen by all tabs. */

import type { Outgoing } from "./protocol";
import type { Storage } from "./storage";

const PREFIX = "outbox:";
const ID_BYTES = 16;

/** An id for a message that nobody else chooses. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(ID_BYTES));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Outbox {
  constructor(private readonly storage: Storage) {}

  add(message: Outgoing): void {
    this.storage.set(PREFIX + message.id, JSON.stringify(message));
  }

  remove(id: string): void {
    this.storage.remove(PREFIX + id);
  }

  clear(): void {
    for (const { id } of this.all()) this.remove(id);
  }

  has(id: string): boolean {
    return this.storage.get(PREFIX + id) !== null;
  }

  /** The messages in the order in which they were written. */
  all(): Outgoing[] {
    const found = this.storage.names(PREFIX).map((name) => this.storage.get(name));
    return found.flatMap((text) => parsed(text) ?? []).sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  }
}

function parsed(text: string | null): Outgoing | null {
  try {
    const { id, text: words, title, at } = JSON.parse(text ?? "") as Outgoing;
    return typeof id === "string" && typeof words === "string" && typeof at === "number" ? { id, text: words, title, at } : null;
  } catch {
    return null;
  }
}
