import assert from "node:assert/strict";
import { test } from "node:test";
import { ServerError } from "../src/chat/client/protocol";
import { troubleOf } from "../src/chat/client/trouble";
import { partialDate } from "../src/chat/dates";
import { ownAddress, webAddress } from "../src/chat/links";
import { caseParts, facetLines, topicTitle, valueName } from "../src/chat/names";
import { payloadOf } from "../src/chat/payloads";
import { langOf } from "../src/chat/speech";
import en from "../src/chat/texts.en.json";
import zh from "../src/chat/texts.zh.json";
import { isSendKey } from "../src/chat/view/composer";

test("both languages have the same texts with the same places to fill in", () => {
  const shape = (node: unknown, path = ""): string[] => {
    if (typeof node === "string") return [`${path} ${[...node.matchAll(/\{\w+\}/g)].map(String).sort()}`];
    return Object.entries(node as object).flatMap(([key, value]) => shape(value, `${path}.${key}`));
  };
  assert.deepEqual(shape(zh), shape(en));
});

test("values, topics and facets are named in both languages", () => {
  assert.equal(valueName("DE", "en"), "Germany");
  assert.equal(valueName("DE", "zh"), "德国");
  assert.equal(valueName("state_owned", "zh"), "国有企业");
  assert.equal(valueName("EU", "en"), "European Union");
  assert.equal(valueName("something_new", "en"), "something_new");
  assert.equal(valueName("constructor", "en"), "constructor");
  assert.equal(topicTitle("media_relations", "zh"), "媒体关系");
  assert.equal(topicTitle("toString", "en"), "");
  assert.deepEqual(facetLines({ market: ["DE", "PL"], sector: null, stage: "entering" }, "en"), [
    { name: "market", values: "Germany, Poland" },
    { name: "stage", values: "entering" },
  ]);
});

test("a case is taken apart into title, outcome, text and lesson", () => {
  const told = caseParts("A (B) plant (mixed result). It was late. Lesson: Ask first. Lesson: twice.", "A (B) plant", "en");
  assert.equal(told?.outcome, "mixed result");
  assert.equal(told?.text, "It was late.");
  assert.equal(told?.lesson, "Ask first. Lesson: twice.");
  assert.equal(caseParts("某项目（成功）。文本启示：经验", "某项目", "zh")?.lesson, "经验");
  assert.equal(caseParts("No case at all.", "A", "en"), null);
});

test("dates of any precision are written as people write them", () => {
  assert.equal(partialDate("2024-05-13", "en"), "13 May 2024");
  assert.equal(partialDate("2024-05", "en"), "May 2024");
  assert.equal(partialDate("2024", "zh"), "2024年");
  assert.equal(partialDate("2024-05-13", "zh"), "2024年5月13日");
  assert.equal(partialDate("soon", "en"), "soon");
});

test("the language of a text is told by its script, if that tells", () => {
  assert.equal(langOf("Das neue Gesetz"), "en");
  assert.equal(langOf("Überprüfung"), "");
  assert.equal(langOf("EU 与中国"), "zh-Hans");
  assert.equal(langOf("ニュース"), "ja");
  assert.equal(langOf("뉴스"), "ko");
});

test("only addresses of the web are followed, and documents only on our own server", () => {
  assert.equal(webAddress("https://example.org/a"), "https://example.org/a");
  for (const wrong of ["javascript:1", "data:text/html,1", "//x", "x", "", undefined]) assert.equal(webAddress(wrong), null);
  const name = "abc_DEF-0123.docx";
  assert.equal(
    ownAddress(`https://evil.example/documents/${name}`, "https://a.example/qiao/"),
    `https://a.example/qiao/documents/${name}`,
  );
  for (const wrong of ["javascript:1", "https://a.example/other/x.docx", "/documents/../../x"]) {
    assert.equal(ownAddress(wrong, "https://a.example/"), null);
  }
});

test("troubles tell when to try again, later after each failure, and never at once", () => {
  const passing = new ServerError(429, undefined, 12);
  assert.deepEqual(troubleOf(passing, 1, 1000, true), { kind: "too_many", retryAt: 13_000, words: undefined });
  assert.deepEqual(troubleOf(new Error("x"), 1, 1000, false), { kind: "offline", retryAt: null });
  const waits = [1, 3, 6, 50].map((failures) => troubleOf(new Error("x"), failures, 0, true).retryAt ?? 0);
  for (const [index, seconds] of [1, 4, 30, 30].entries()) {
    assert.ok(Math.abs(waits[index]! / 1000 - seconds) <= 0.2 * seconds + 0.001, `${waits}`);
  }
});

test("a payload must have what its card reads", () => {
  assert.ok(payloadOf({ type: "advice", language: "en", items: [] }));
  assert.ok(payloadOf({ type: "smalltalk", language: "zh" }));
  for (const wrong of [
    null,
    1,
    {},
    { type: "advice", language: "en" },
    { type: "advice", language: "fr", items: [] },
    { type: "comparison", language: "en", rows: [] },
  ]) {
    assert.equal(payloadOf(wrong), undefined);
  }
});

test("Enter sends, unless an input method or a new line wants it", () => {
  const enter = { key: "Enter", shiftKey: false, isComposing: false, keyCode: 13 };
  assert.ok(isSendKey(enter));
  assert.ok(!isSendKey({ ...enter, isComposing: true }));
  assert.ok(!isSendKey({ ...enter, keyCode: 229 }));
  assert.ok(!isSendKey({ ...enter, shiftKey: true }));
  assert.ok(!isSendKey({ ...enter, key: "a" }));
});
