/** What keeps a message from the server for a while, and when it is tried again. */

import { type Bilingual, ServerError } from "./protocol";

export interface Trouble {
  /** `offline`: no network; `unreachable`: no or no good answer; `too_many`: the server asks for patience. */
  readonly kind: "offline" | "unreachable" | "too_many";
  /** Milliseconds since 1970; `null` if it waits for the network. */
  readonly retryAt: number | null;
  /** The server's own words. */
  readonly words?: Bilingual;
}

const DELAYS_S = [1, 2, 4, 8, 15, 30];
const JITTER = 0.2;
const LONGEST_WAIT_S = 3600;

/** The trouble that an error stands for, after so many failures in a row. */
export function troubleOf(error: unknown, failures: number, now = Date.now(), isOnline = navigator.onLine): Trouble {
  if (error instanceof ServerError) {
    const seconds = Math.min(error.retryAfter ?? delay(failures), LONGEST_WAIT_S);
    return { kind: error.status === 429 ? "too_many" : "unreachable", retryAt: now + 1000 * seconds, words: error.words };
  }
  if (!isOnline) return { kind: "offline", retryAt: null };
  return { kind: "unreachable", retryAt: now + 1000 * delay(failures) };
}

/** Seconds to wait, growing with the failures; a little by chance, so that not all clients return at once. */
function delay(failures: number): number {
  const seconds = DELAYS_S[Math.min(Math.max(failures - 1, 0), DELAYS_S.length - 1)]!;
  return seconds * (1 - JITTER + 2 * JITTER * Math.random());
}
