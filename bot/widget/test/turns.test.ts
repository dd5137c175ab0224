import assert from "node:assert/strict";
import { test } from "node:test";
import type { Message } from "../src/chat/client/protocol";
import { answersOf, merge, shownText, titlesOf, turnOf, turnsOf } from "../src/chat/client/turns";

const user = (id: string, text = id): Message => ({ from: "user", id, text, at: 1 });
const bot = (id: string, fields: Partial<Message> = { text: id }): Message => ({ from: "bot", id, at: 2, ...fields });
const CARD = { type: "smalltalk", language: "en" } as const;

test("answers belong to the message whose id theirs begins with", () => {
  const turns = turnsOf([user("a"), bot("a.0"), bot("a.1"), bot("b.0"), user("c"), bot("c.0")]);
  assert.deepEqual(
    turns.map(({ id, text, replies }) => [id, text, replies.length]),
    [
      ["a", "a", 2],
      ["b", "", 1],
      ["c", "c", 1],
    ],
  );
});

test("a card joins the text before it, with the buttons of both", () => {
  const buttons = [{ title: "t", payload: "/p" }];
  const answers = answersOf([bot("a.0", { text: "words", buttons }), bot("a.1", { custom: CARD }), bot("a.2"), bot("a.3", {})]);
  assert.equal(answers.length, 2);
  assert.deepEqual([answers[0]?.text, answers[0]?.custom, answers[0]?.buttons], ["words", CARD, buttons]);
  assert.equal(answers[1]?.text, "a.2");
});

test("what the server tells twice is there once, and what waits stays behind", () => {
  const known = [...turnsOf([user("a"), bot("a.0")]), turnOf({ id: "w", text: "waiting", at: 3 })];
  const merged = merge(known, turnsOf([user("a"), bot("a.0"), user("b"), bot("b.0")]));
  assert.deepEqual(
    merged.map(({ id }) => id),
    ["a", "b", "w"],
  );
  assert.equal(merged[0], known[0]);
  assert.deepEqual(merge(merged, turnsOf([user("b"), bot("b.0")])), merged);
});

test("a turn that another tab told of before the rest was loaded takes its place", () => {
  const [, late] = turnsOf([user("a"), bot("a.0"), user("b"), bot("b.0")]);
  const merged = merge([late!], turnsOf([user("a"), bot("a.0"), user("b"), bot("b.0"), user("c"), bot("c.0")]));
  assert.deepEqual(
    merged.map(({ id }) => id),
    ["a", "b", "c"],
  );
  assert.equal(merged[1], late);
});

test("a message that waits takes over answers that have come meanwhile", () => {
  const [turn] = merge([turnOf({ id: "w", text: "waiting", at: 3 })], turnsOf([user("w"), bot("w.0")]));
  assert.equal(turn?.replies.length, 1);
  assert.equal(turn?.state, "waiting");
});

test("of a button people see the title", () => {
  const [offered] = turnsOf([user("a"), bot("a.0", { text: "x", buttons: [{ title: "Why?", payload: "/why" }] })]);
  const titles = titlesOf([offered!]);
  const pressed = turnOf({ id: "b", text: "/why", at: 1 });
  assert.equal(shownText(pressed, titles), "Why?");
  assert.equal(shownText({ ...pressed, title: "Warum?" }, titles), "Warum?");
  assert.equal(shownText({ ...pressed, text: "/other" }, titles), null);
  assert.equal(shownText({ ...pressed, text: "words" }, titles), "words");
});
