import assert from "node:assert/strict";
import { test } from "node:test";
import { contrast, isUsable, normalHex, palette } from "../src/loader/colours";

const ACCENTS = ["#0f5f6b", "#8a2432", "#e00000", "#000000", "#767676", "#0000ff", "#7a5c00", "#2b7a0b", "#5b2bd6"];
const PAPERS = { light: ["#ffffff", "#f4f7f7"], dark: ["#162024", "#0e1619", "#1f2c31"] };

test("colours are read as three or six hexadecimal digits, and nothing else is", () => {
  assert.equal(normalHex("#0F5F6B"), "#0f5f6b");
  assert.equal(normalHex(" #abc "), "#aabbcc");
  for (const wrong of ["red", "#12", "#12345", "#1234567", "0f5f6b", "url(x)", "#ggg", ""]) assert.equal(normalHex(wrong), null);
});

test("contrast is that of WCAG", () => {
  assert.equal(contrast("#000000", "#ffffff"), 21);
  assert.equal(contrast("#ffffff", "#ffffff"), 1);
  assert.ok(Math.abs(contrast("#767676", "#ffffff") - 4.54) < 0.01);
});

test("a colour that hardly differs from white is not usable", () => {
  for (const pale of ["#ffffff", "#ffe9a8", "#ffff00", "#9fe0ff"]) assert.ok(!isUsable(pale), pale);
  for (const strong of ACCENTS) assert.ok(isUsable(strong), strong);
});

for (const scheme of ["light", "dark"] as const) {
  test(`every usable accent gives readable colours in the ${scheme} scheme`, () => {
    for (const accent of ACCENTS) {
      const { fill, onFill, text, tint } = palette(accent, scheme);
      assert.ok(contrast(fill, onFill) >= 4.5, `${accent}: text on ${fill}`);
      for (const paper of [...PAPERS[scheme], tint]) assert.ok(contrast(text, paper) >= 4.5, `${accent}: ${text} on ${paper}`);
      for (const paper of PAPERS[scheme]) assert.ok(contrast(fill, paper) >= 3, `${accent}: ${fill} beside ${paper}`);
    }
  });
}

test("an accent that is dark enough stays what it is in the light scheme", () => {
  assert.equal(palette("#0f5f6b", "light").fill, "#0f5f6b");
});
