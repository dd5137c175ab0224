/** The session of this browser with a server: a token that opens one conversation, shared by all tabs. */

import type { SessionReply } from "./protocol";
import type { Storage } from "./storage";

const NAME = "session";

export class Session {
  constructor(private readonly storage: Storage) {}

  /** Token and conversation; `null` before the first message and after the end of the session. */
  get current(): SessionReply | null {
    try {
      const { session, conversation } = JSON.parse(this.storage.get(NAME) ?? "null") as SessionReply;
      return typeof session === "string" ? { session, conversation } : null;
    } catch {
      return null;
    }
  }

  keep({ session, conversation }: SessionReply): void {
    this.storage.set(NAME, JSON.stringify({ session, conversation }));
  }

  /** Keeps a renewed token of the same conversation. */
  renew(token: string): void {
    const { current } = this;
    if (current) this.keep({ ...current, session: token });
  }

  /** Forgets the session, unless another tab has opened a new one meanwhile. */
  drop(token?: string): void {
    if (!token || this.current?.session === token) this.storage.remove(NAME);
  }
}
