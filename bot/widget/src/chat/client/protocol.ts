/** The web channel's messages and errors, as they go over the wire. */

import type { Language } from "../../loader/options";
import { type Payload, payloadOf } from "../payloads";

export interface Button {
  title: string;
  payload: string;
}

export interface Message {
  from: "bot" | "user";
  text?: string;
  /** What the person saw of a message that is a button's payload. */
  title?: string;
  buttons?: Button[];
  custom?: Payload;
  /** Seconds since 1970. */
  at?: number;
  id?: string;
}

/** A message as it came, without a payload that is none. */
export function messageOf(received: Message): Message {
  const { custom, ...message } = received;
  const payload = payloadOf(custom);
  return payload ? { ...message, custom: payload } : message;
}

export type Bilingual = Record<Language, string>;

/** A message of a person on its way to the server; its id stays the same however often it is sent. */
export interface Outgoing {
  id: string;
  text: string;
  /** What the person sees of it, if it is a button's payload. */
  title?: string;
  /** Milliseconds since 1970. */
  at: number;
}

export interface SessionReply {
  session: string;
  conversation: string;
}

export interface HistoryReply {
  messages: Message[];
  cursor?: string;
  session?: string;
}

/** The server answered, but not with what was asked for. */
export class ServerError extends Error {
  constructor(
    readonly status: number,
    /** What is said to people. */
    readonly words: Bilingual | undefined,
    /** Seconds after which to try again. */
    readonly retryAfter: number | undefined,
  ) {
    super(`the server answered ${status}`);
  }

  /** Whether the session is unknown or has expired. */
  get isSessionOver(): boolean {
    return this.status === 401;
  }

  /** Whether the same request may succeed later. */
  get isPassing(): boolean {
    return this.status >= 500 || [408, 425, 429].includes(this.status);
  }

  /** Reads the error out of a reply, whatever its body is. */
  static async of(reply: Response): Promise<ServerError> {
    const body = (await reply.json().catch(() => ({}))) as ErrorBody;
    return ServerError.from(reply.status, { retry_after: reply.headers.get("Retry-After") ?? undefined, ...body });
  }

  /** The error that a body describes. */
  static from(status: number, body: ErrorBody): ServerError {
    const seconds = Number(body.retry_after ?? Number.NaN);
    return new ServerError(status, bilingual(body.text), Number.isFinite(seconds) ? seconds : undefined);
  }
}

interface ErrorBody {
  text?: unknown;
  retry_after?: unknown;
}

function bilingual(text: unknown): Bilingual | undefined {
  const { en, zh } = (text ?? {}) as Partial<Bilingual>;
  return typeof en === "string" && typeof zh === "string" ? { en, zh } : undefined;
}
