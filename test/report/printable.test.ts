import fc from "fast-check";
import { expect, it } from "vitest";
import { escapeXml } from "../../src/report/escape-xml.ts";
import { jsonText } from "../../src/report/json-text.ts";
import { cells, printable } from "../../src/text/printable.ts";
import { wrap } from "../../src/text/wrap.ts";

const anyText = fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)) }));
const obeyed = /[\p{Cc}\p{Cs}\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/u;

it("leaves nothing in any text that a terminal would obey", () => {
  fc.assert(fc.property(anyText, (text) => !obeyed.test(printable(text)) && !obeyed.test(jsonText(text)) && !/[<>"']|&(?!\w+;)/.test(escapeXml(text))));
});

it("keeps the meaning of any text in JSON", () => {
  fc.assert(fc.property(anyText, (text) => JSON.parse(jsonText({ [text]: text }))[text] === text));
});

it.each([
  ["abc", 3],
  ["日本", 4],
  ["e\u0301", 1],
  ["😀", 2],
])("counts the cells of %s", (text, count) => {
  expect(cells(text)).toBe(count);
});

it("breaks text at spaces, and leaves a word whole that is wider than the line", () => {
  expect(wrap("a bb ccc dddddddd e", 5)).toEqual(["a bb", "ccc", "dddddddd", "e"]);
  expect(wrap("  ", 5)).toEqual([]);
});
