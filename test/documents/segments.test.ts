import { expect, it } from "vitest";
import { Segments, TooLarge } from "../../src/documents/segments.ts";
import type { SourceText } from "../../src/documents/source-text.ts";

/** Feeds the bytes in pieces and collects the texts. */
function cut(bytes: Buffer, size: number, piece: number): SourceText[] {
  const segments = new Segments("a.yaml", size);
  const texts: SourceText[] = [];
  for (let at = 0; at < bytes.length; at += piece) {
    const text = segments.push(bytes.subarray(at, at + piece));
    if (text !== undefined) texts.push(text);
  }
  return [...texts, segments.end()];
}

const many = `${Array.from({ length: 400 }, (_, index) => `name: é${index}\r\ntext: |\r\n  --- no end\r\n`).join("---\r\n")}`;

it.each([1, 7, 100, 100_000])("loses nothing and cuts only at documents, in pieces of %i bytes", (piece) => {
  const texts = cut(Buffer.from(many), 1_000, piece);
  expect(texts.map(({ text }) => text).join("")).toBe(many);
  expect(texts.slice(1).every(({ text }) => text.startsWith("---"))).toBe(true);
  if (piece < 1_000) {
    expect(texts.length).toBeGreaterThan(5);
    expect(Math.max(...texts.map(({ text }) => text.length))).toBeLessThan(3_000);
  }
});

it("keeps counting lines from stretch to stretch", () => {
  const lines = many.split("\r\n");
  for (const text of cut(Buffer.from(many), 500, 50)) {
    const at = text.text.indexOf("name");
    const { line, column } = text.positionAt(at);
    expect(lines[line - 1]?.slice(column - 1)).toBe(text.text.slice(at, text.text.indexOf("\r\n", at)));
  }
});

it("takes a text whole that has no place to cut", () => {
  expect(cut(Buffer.from("x".repeat(10_000)), 100, 30).map(({ text }) => text.length)).toEqual([10_000]);
});

it("decodes UTF-16 that comes in pieces", () => {
  const bytes = Buffer.from("\ufeffa: é\n---\nb: 😀\n", "utf16le");
  expect(cut(bytes, 4, 3).map(({ text }) => text)).toEqual(["a: é\n---\nb: 😀\n"]);
});

it("finds each line that is no UTF-8, and no U+FFFD that is meant", () => {
  const bytes = Buffer.concat([Buffer.from("a: �\nb: é"), Buffer.from([0xff, 0xfe]), Buffer.from("\nc: x\nd: "), Buffer.from([0xe2, 0x82])]);
  const [text] = cut(bytes, 1_000, 1_000);
  expect(text?.firstInvalid(0, 5)).toBeUndefined();
  expect(text?.firstInvalid(5, 100)).toBe(9);
  expect(text?.firstInvalid(10, 100)).toBe(text?.text.lastIndexOf("�"));
});

it("refuses what is too large for one text", () => {
  const segments = new Segments("a.yaml", 10, 100);
  expect(() => segments.push(Buffer.alloc(200, "x"))).toThrow(TooLarge);
  const small = new Segments("a.yaml", 1_000, 100);
  small.push(Buffer.alloc(200, "x"));
  expect(() => small.end()).toThrow(TooLarge);
});
