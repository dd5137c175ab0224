/** The conversation of this browser with a server: what is on the screen, what is still to be sent, and what stands in the way. */

import type { Language } from "../../loader/options";
import { Api } from "./api";
import { newId, Outbox } from "./outbox";
import { type HistoryReply, type Message, type Outgoing, ServerError, type SessionReply } from "./protocol";
import { Session } from "./session";
import { Storage } from "./storage";
import { type Note, Tabs } from "./tabs";
import { type Trouble, troubleOf } from "./trouble";
import { merge, type Turn, turnOf, turnsOf } from "./turns";

/** A text may be followed by its card at once; it is held back for so long, so that it does not flash up before it. */
const CARD_GAP_MS = 150;

/** A session that ends twice within one message is a fault of the server. */
const MOST_SESSIONS = 2;

export interface Snapshot {
  /** Whether what was said before is known; until then nothing is shown as a fresh start. */
  readonly isLoaded: boolean;
  readonly turns: readonly Turn[];
  readonly trouble: Trouble | null;
  /** The turn after which an earlier session ended: an id, `""` for "before all turns", `null` if none did. */
  readonly endedAfter: string | null;
}

export class Conversation {
  private readonly storage: Storage;
  private readonly session: Session;
  private readonly outbox: Outbox;
  private readonly api: Api;
  private readonly tabs: Tabs;
  private snapshot: Snapshot = { isLoaded: false, turns: [], trouble: null, endedAfter: null };
  private cursor: string | undefined;
  private failures = 0;
  private isDraining = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly leaving = new AbortController();
  /**
   * The messages that this tab sends: its own, and those of tabs that may be gone. Two tabs may well send the same: its id keeps it
   * from being understood twice.
   */
  private readonly mine = new Set<string>();
  private shownConversation: string | undefined;
  private opening: Promise<SessionReply> | undefined;

  constructor(
    server: string,
    private readonly language: () => Language,
    private readonly onChange: (snapshot: Snapshot) => void,
  ) {
    this.storage = new Storage(server);
    this.session = new Session(this.storage);
    this.outbox = new Outbox(this.storage);
    this.api = new Api(server);
    this.tabs = new Tabs(server, (note) => this.onNote(note));
    this.snapshot = { ...this.snapshot, turns: this.outbox.all().map(turnOf) };
  }

  /** Loads what was said before, sends what is waiting, and keeps watch over the network and the other tabs. */
  start(): void {
    const options = { signal: this.leaving.signal };
    window.addEventListener("online", () => this.wake(), options);
    window.addEventListener("offline", () => this.set({ trouble: { kind: "offline", retryAt: null } }), options);
    window.addEventListener("pagehide", () => this.tabs.tell({ kind: "leaving" }), options);
    window.addEventListener("pageshow", (event) => event.persisted && this.wake(), options);
    document.addEventListener("visibilitychange", () => document.hidden || this.wake(), options);
    this.onChange(this.snapshot);
    this.resume();
  }

  /** Lets go of everything. */
  stop(): void {
    this.leaving.abort();
    clearTimeout(this.timer);
    this.tabs.close();
  }

  /** Opens a session, since somebody has begun to write; a failure shows when the message is sent. */
  prepare(): void {
    if (this.snapshot.isLoaded && !this.session.current) this.openSession().catch(() => undefined);
  }

  /** Sends a message; `title` is what the person sees of it if it is a button's payload. */
  say(text: string, title?: string): void {
    const message: Outgoing = { id: newId(), text, title, at: Date.now() };
    this.outbox.add(message);
    this.mine.add(message.id);
    this.put(turnOf(message));
    if (!this.snapshot.isLoaded) return; // it is sent as soon as the conversation has been loaded
    if (!this.snapshot.trouble) this.drain();
    else if (this.snapshot.trouble.kind !== "too_many") this.resume();
  }

  /** Takes a refused message off the screen and gives its words back. */
  takeBack(id: string): string {
    const turn = this.snapshot.turns.find((each) => each.id === id);
    this.set({ turns: this.snapshot.turns.filter((each) => each !== turn) });
    return turn?.text ?? "";
  }

  /** Tries again at once. A trouble stays on the screen until it is over. */
  resume(): void {
    clearTimeout(this.timer);
    this.adopt();
    this.synchronise().then(
      () => this.drain(),
      (error) => this.meet(error),
    );
  }

  /** Tries again because something has changed, but not before the time that the server has set. */
  private wake(): void {
    if (this.snapshot.trouble?.kind !== "too_many") this.resume();
  }

  /** Begins a new conversation; the present one can no longer be opened from here. */
  renew(): void {
    this.session.drop();
    this.outbox.clear();
    this.tabs.tell({ kind: "renewed" });
    this.reset();
    this.set({ isLoaded: true });
  }

  private reset(): void {
    this.cursor = undefined;
    this.failures = 0;
    this.shownConversation = undefined;
    clearTimeout(this.timer);
    this.set({ turns: [], trouble: null, endedAfter: null });
  }

  /** Gets from the server what this tab does not know yet. */
  private async synchronise(): Promise<void> {
    const session = this.session.current;
    if (this.shownConversation && session && session.conversation !== this.shownConversation) this.reset();
    if (session) {
      try {
        const { messages, cursor, session: renewed } = await this.history(session.session);
        if (this.session.current?.conversation !== session.conversation) return;
        this.shownConversation = session.conversation;
        this.cursor = cursor ?? this.cursor;
        if (renewed) this.session.renew(renewed);
        this.set({ turns: merge(this.snapshot.turns, turnsOf(messages)) });
      } catch (error) {
        if (!(error instanceof ServerError && error.isSessionOver)) throw error;
        this.endSession(session.session);
      }
    }
    if (!this.outbox.all().length) this.recover();
    this.set({ isLoaded: true });
  }

  /** What follows the cursor; everything if the server does not know the cursor. */
  private async history(token: string): Promise<HistoryReply> {
    try {
      return await this.api.history(token, this.cursor);
    } catch (error) {
      if (!(error instanceof ServerError && error.status === 400 && this.cursor)) throw error;
      this.cursor = undefined;
      return this.api.history(token);
    }
  }

  /** Takes over what other tabs may have left behind. */
  private adopt(): void {
    for (const { id } of this.outbox.all()) this.mine.add(id);
  }

  /** Sends what is waiting, one message after the other. */
  private async drain(): Promise<void> {
    if (this.isDraining) return;
    this.isDraining = true;
    const next = () => this.outbox.all().find(({ id }) => this.mine.has(id));
    let isStuck = false;
    for (let message = next(); message && !isStuck; message = next()) isStuck = !(await this.deliver(message));
    this.isDraining = false;
  }

  /** Sends one message until it is answered or refused; `false` if it has to wait. */
  private async deliver(message: Outgoing): Promise<boolean> {
    for (let sessions = 1; ; sessions += 1) {
      let token: string | undefined;
      try {
        const session = await this.openSession();
        token = session.session;
        const replies = await this.converse(token, message);
        this.settle(message, { state: "done", replies, ...(replies.length ? {} : { state: "refused" }) });
        return true;
      } catch (error) {
        if (error instanceof ServerError && error.isSessionOver && sessions < MOST_SESSIONS) {
          this.endSession(token);
        } else if (error instanceof ServerError && !error.isPassing && !error.isSessionOver) {
          this.settle(message, { state: "refused", refusal: error.words });
          return true;
        } else {
          this.change(message, { state: "waiting" });
          this.meet(error);
          return false;
        }
      }
    }
  }

  private async openSession(): Promise<SessionReply> {
    const session = this.session.current ?? (await this.newSession());
    this.shownConversation = session.conversation;
    return session;
  }

  private newSession(): Promise<SessionReply> {
    this.opening ??= this.api
      .openSession()
      .then((session) => {
        this.session.keep(session);
        return session;
      })
      .finally(() => {
        this.opening = undefined;
      });
    return this.opening;
  }

  /** Sends a message and shows the answers as they come; those of an earlier attempt stay until this one has as many. */
  private async converse(token: string, message: Outgoing): Promise<readonly Message[]> {
    const replies: Message[] = [];
    const show = () => {
      const known = this.snapshot.turns.find(({ id }) => id === message.id)?.replies.length ?? 0;
      if (replies.length >= known) this.change(message, { replies: [...replies] });
    };
    let timer: ReturnType<typeof setTimeout> | undefined;
    this.change(message, { state: "sending" });
    try {
      await this.api.send(token, message, this.language(), {
        onMessage: (reply) => {
          clearTimeout(timer);
          this.recover();
          replies.push(reply);
          if (reply.custom) show();
          else timer = setTimeout(show, CARD_GAP_MS);
        },
        onSession: (renewed) => this.session.renew(renewed),
      });
    } finally {
      clearTimeout(timer);
    }
    return replies;
  }

  /** A message is done with: it was answered or refused. */
  private settle(message: Outgoing, end: Partial<Turn>): void {
    this.recover();
    this.outbox.remove(message.id);
    this.change(message, end);
  }

  /** Says what is wrong, and tries again when there is hope. */
  private meet(error: unknown): void {
    this.failures += 1;
    const trouble = troubleOf(error, this.failures);
    this.set({ trouble });
    clearTimeout(this.timer);
    if (trouble.retryAt !== null) this.timer = setTimeout(() => this.resume(), trouble.retryAt - Date.now());
  }

  /** The server is there again. */
  private recover(): void {
    this.failures = 0;
    if (this.snapshot.trouble) this.set({ trouble: null });
  }

  private endSession(token: string | undefined): void {
    this.session.drop(token);
    this.tabs.tell({ kind: "ended" });
    this.markEnd();
  }

  private markEnd(): void {
    this.cursor = undefined;
    this.shownConversation = undefined;
    const over = this.snapshot.turns.filter(({ state }) => state === "done");
    this.set({ endedAfter: over[over.length - 1]?.id ?? "" });
  }

  private change(message: Outgoing, change: Partial<Turn>): void {
    const turn = this.snapshot.turns.find(({ id }) => id === message.id) ?? turnOf(message);
    this.put({ ...turn, ...change });
  }

  /** Shows a turn here and in the other tabs. */
  private put(turn: Turn): void {
    this.show(turn);
    this.tabs.tell({ kind: "turn", turn });
  }

  private show(turn: Turn): void {
    const { turns } = this.snapshot;
    const isKnown = turns.some(({ id }) => id === turn.id);
    this.set({ turns: isKnown ? turns.map((each) => (each.id === turn.id ? turn : each)) : [...turns, turn] });
    if (hasForgotten(turn)) this.forgetAllBut(turn);
  }

  /** The server has deleted the conversation on the person's wish, so it goes from the screen as well. */
  private forgetAllBut(turn: Turn): void {
    this.cursor = undefined;
    this.set({ turns: this.snapshot.turns.filter(({ id, state }) => id === turn.id || state === "waiting"), endedAfter: null });
  }

  private onNote(note: Note): void {
    if (note.kind === "turn") {
      const known = this.snapshot.turns.find(({ id }) => id === note.turn.id);
      if (known?.state !== "done" || note.turn.state === "done") this.show(note.turn);
    } else if (note.kind === "renewed") {
      this.reset();
    } else if (note.kind === "ended") {
      this.markEnd();
    } else {
      this.adopt();
      this.drain();
    }
  }

  private set(change: Partial<Snapshot>): void {
    this.snapshot = { ...this.snapshot, ...change };
    this.onChange(this.snapshot);
  }
}

function hasForgotten({ replies }: Turn): boolean {
  return replies.some(({ custom }) => custom?.type === "privacy" && custom.state === "deleted");
}
