/** Requests to the web channel; replies to a message come as a stream. */

import { createParser } from "eventsource-parser";
import type { Language } from "../../loader/options";
import { type HistoryReply, type Message, messageOf, type Outgoing, ServerError, type SessionReply } from "./protocol";

/** The server sends a sign of life every ten seconds; after so many without one the connection is taken for dead. */
const SILENCE_MS = 35_000;

/** The status for which an `error` within a stream stands: nothing of the message was kept, so it has to be sent again. */
const NOT_KEPT = 503;

/** As much of a button's title as the server takes. */
const TITLE_CHARACTERS = 200;

/** What happens while a message is answered. */
export interface Listener {
  onMessage(message: Message): void;
  /** A renewed token of the same session. */
  onSession(token: string): void;
}

export class Api {
  constructor(private readonly server: string) {}

  /** Opens a session, which is a new conversation. */
  openSession(): Promise<SessionReply> {
    return this.json<SessionReply>("session", { method: "POST" });
  }

  /** What was said, from the beginning or after a cursor. */
  async history(token: string, after?: string): Promise<HistoryReply> {
    const path = after ? `history?after=${encodeURIComponent(after)}` : "history";
    const reply = await this.json<HistoryReply>(path, { headers: bearer(token) });
    return { ...reply, messages: reply.messages.map(messageOf) };
  }

  /** Sends a message and passes on what comes back; resolves at the end of the answer, rejects if it was cut off. */
  async send(token: string, message: Outgoing, language: Language, listener: Listener): Promise<void> {
    const patience = new Patience();
    const title = message.title?.slice(0, TITLE_CHARACTERS);
    const body = { message: message.text, id: message.id, language, title };
    try {
      const reply = await this.fetch("message", {
        method: "POST",
        headers: { ...bearer(token), "Content-Type": "application/json", Accept: "text/event-stream, application/json;q=0.5" },
        body: JSON.stringify(body),
        signal: patience.signal,
      });
      if (reply.headers.get("Content-Type")?.startsWith("text/event-stream") && reply.body) {
        await readStream(reply.body, patience, listener);
      } else {
        const { messages, session } = (await reply.json()) as HistoryReply;
        for (const message of messages) listener.onMessage(messageOf(message));
        if (session) listener.onSession(session);
      }
    } finally {
      patience.end();
    }
  }

  private async json<Reply>(path: string, options: RequestInit): Promise<Reply> {
    const patience = new Patience();
    try {
      return (await (await this.fetch(path, { ...options, signal: patience.signal })).json()) as Reply;
    } finally {
      patience.end();
    }
  }

  private async fetch(path: string, options: RequestInit): Promise<Response> {
    const reply = await fetch(`${this.server}webhooks/web/${path}`, { credentials: "omit", cache: "no-store", ...options });
    if (!reply.ok) throw await ServerError.of(reply);
    return reply;
  }
}

function bearer(token: string): Record<string, string> {
  return { Authorization: `Bearer ${token}` };
}

/** Aborts a request that shows no sign of life. */
class Patience {
  private readonly controller = new AbortController();
  private timer = setTimeout(() => this.controller.abort(), SILENCE_MS);

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  renew(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.controller.abort(), SILENCE_MS);
  }

  end(): void {
    clearTimeout(this.timer);
  }
}

async function readStream(body: ReadableStream<Uint8Array>, patience: Patience, listener: Listener): Promise<void> {
  let isDone = false;
  const parser = createParser({
    onEvent: ({ event, data }) => {
      if (event === "message") listener.onMessage(messageOf(JSON.parse(data)));
      if (event === "error") throw ServerError.from(NOT_KEPT, JSON.parse(data));
      if (event !== "done") return;
      isDone = true;
      const { session } = JSON.parse(data) as { session?: string };
      if (session) listener.onSession(session);
    },
  });
  const reader = body.getReader();
  const decoder = new TextDecoder();
  while (!isDone) {
    const { done, value } = await reader.read();
    if (done) throw new Error("the answer was cut off");
    patience.renew();
    parser.feed(decoder.decode(value, { stream: true }));
  }
  reader.cancel().catch(() => undefined);
}
