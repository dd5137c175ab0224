/** What this browser keeps of the chat with one server; in memory where the browser keeps nothing. */

import { storageKey } from "../../loader/options";

export class Storage {
  private readonly memory = new Map<string, string>();

  constructor(
    private readonly server: string,
    private readonly kept: globalThis.Storage | null = browserStorage(),
  ) {}

  get(name: string): string | null {
    const key = storageKey(this.server, name);
    return this.memory.get(key) ?? this.kept?.getItem(key) ?? null;
  }

  set(name: string, value: string): void {
    const key = storageKey(this.server, name);
    try {
      if (!this.kept) throw new Error("no storage");
      this.kept.setItem(key, value);
      this.memory.delete(key);
    } catch {
      this.memory.set(key, value); // no storage, or it is full
    }
  }

  remove(name: string): void {
    const key = storageKey(this.server, name);
    this.memory.delete(key);
    this.kept?.removeItem(key);
  }

  /** The names that begin with a prefix. */
  names(prefix: string): string[] {
    const start = storageKey(this.server, prefix);
    const keys = new Set(this.memory.keys());
    for (let index = 0; index < (this.kept?.length ?? 0); index += 1) keys.add(this.kept!.key(index)!);
    const root = storageKey(this.server, "").length;
    return [...keys].filter((key) => key.startsWith(start)).map((key) => key.slice(root));
  }
}

function browserStorage(): globalThis.Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null; // blocked for this page
  }
}
