import assert from "node:assert/strict";
import { test } from "node:test";
import { newId, Outbox } from "../src/chat/client/outbox";
import { Session } from "../src/chat/client/session";
import { Storage } from "../src/chat/client/storage";

/** The browser's storage, which may be full. */
class FakeStorage {
  isFull = false;
  private readonly map = new Map<string, string>();

  get length(): number {
    return this.map.size;
  }

  key(index: number): string | null {
    return [...this.map.keys()][index] ?? null;
  }

  getItem(key: string): string | null {
    return this.map.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    if (this.isFull) throw new Error("QuotaExceededError");
    this.map.set(key, value);
  }

  removeItem(key: string): void {
    this.map.delete(key);
  }
}

const over = (kept: FakeStorage | null, server = "https://a/") => new Storage(server, kept as unknown as globalThis.Storage);

test("messages come out in the order in which they were written, for all tabs and after a reload", () => {
  const kept = new FakeStorage();
  const outbox = new Outbox(over(kept));
  outbox.add({ id: "second", text: "2", at: 2 });
  outbox.add({ id: "first", text: "1", title: "One", at: 1 });
  assert.deepEqual(
    new Outbox(over(kept)).all().map(({ id, title }) => [id, title]),
    [
      ["first", "One"],
      ["second", undefined],
    ],
  );
  outbox.remove("first");
  assert.deepEqual(new Outbox(over(kept)).all().length, 1);
  assert.deepEqual(new Outbox(over(kept, "https://b/")).all(), []);
});

test("what is no message is passed over", () => {
  const kept = new FakeStorage();
  kept.setItem("qiao:https://a/:outbox:x", "{broken");
  kept.setItem("qiao:https://a/:outbox:y", '{"id": 1}');
  assert.deepEqual(new Outbox(over(kept)).all(), []);
});

test("where the browser keeps nothing, or no more, the messages stay in memory", () => {
  const full = new FakeStorage();
  full.isFull = true;
  for (const kept of [null, full]) {
    const outbox = new Outbox(over(kept));
    outbox.add({ id: "a", text: "1", at: 1 });
    assert.equal(outbox.all().length, 1);
    outbox.clear();
    assert.equal(outbox.all().length, 0);
  }
});

test("ids are long, and none comes twice", () => {
  const ids = new Set(Array.from({ length: 1000 }, newId));
  assert.equal(ids.size, 1000);
  for (const id of ids) assert.match(id, /^[A-Za-z0-9_-]{8,64}$/);
});

test("a session that another tab has replaced is not dropped", () => {
  const session = new Session(over(new FakeStorage()));
  session.keep({ session: "old", conversation: "1" });
  session.keep({ session: "new", conversation: "2" });
  session.drop("old");
  assert.equal(session.current?.session, "new");
  session.renew("newer");
  assert.deepEqual(session.current, { session: "newer", conversation: "2" });
  session.drop("newer");
  assert.equal(session.current, null);
});
