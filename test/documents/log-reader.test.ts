import { text } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, it } from "vitest";
import { unpacked } from "../../src/documents/log/bytes.ts";
import { LogReader } from "../../src/documents/log/log-reader.ts";
import type { LogItem } from "../../src/documents/log/log-value.ts";
import { readLogs } from "../../src/documents/log/read-log.ts";

type Seen = { readonly value: unknown; readonly line: number } | { readonly error: string };

const seen = (item: LogItem): Seen => (item.kind === "value" ? { value: item.value, line: item.line } : { error: `${item.error.line}:${item.error.column} ${item.error.message}` });

function read(given: string | Buffer, size = Number.POSITIVE_INFINITY, longest?: number): Seen[] {
  const bytes = Buffer.from(given as string);
  const reader = new LogReader("audit.log", longest);
  const items: Seen[] = [];
  for (let start = 0; start < bytes.length; start += size) items.push(...[...reader.push(bytes.subarray(start, start + size))].map(seen));
  return [...items, ...[...reader.end()].map(seen)];
}

async function readAll(stdin: AsyncIterable<Buffer | string>): Promise<Seen[]> {
  const items: Seen[] = [];
  for (const { stretches } of readLogs(["-"], stdin)) for await (const stretch of stretches) items.push(...[...stretch].map(seen));
  return items;
}

async function* chunks(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

it.each([
  ["lines", '{"a":1}\n{"a":2}\n'],
  ["lines without an end of the last one", '{"a":1}\n{"a":2}'],
  ["CR LF", '{"a":1}\r\n{"a":2}\r\n'],
  ["a byte order mark", '\ufeff{"a":1}\n{"a":2}\n'],
])("reads %s", (_, log) => {
  expect(read(log)).toEqual([{ value: { a: 1 }, line: 1 }, { value: { a: 2 }, line: 2 }]);
});

it("passes over blank lines and counts them", () => {
  expect(read('\n{"a":1}\n \t\r\n\n{"a":2}\n\n')).toEqual([{ value: { a: 1 }, line: 2 }, { value: { a: 2 }, line: 5 }]);
  expect(read("")).toEqual([]);
});

it("tells where a line is no JSON, and reads the rest", () => {
  expect(read('{"a":1}\n{"a": }\n{"a":1,"b":"x\n{"a":2} x\n{"a":3}\nhello\n')).toEqual([
    { value: { a: 1 }, line: 1 },
    { error: expect.stringMatching(/^2:7 This is no JSON: /) as string },
    { error: expect.stringMatching(/^3:12 This is no JSON: /) as string },
    { error: "4:9 This is no JSON: nothing may stand behind the value." },
    { value: { a: 3 }, line: 5 },
    { error: expect.stringMatching(/^6:1 This is no JSON: /) as string },
  ]);
});

it("reads what a pretty-printer wrote, and lists with an event a line", () => {
  const value = { kind: "EventList", items: [{ a: "}" }, { a: '"{' }] };
  expect(read(`${JSON.stringify(value, undefined, 2)}\n${JSON.stringify([1, { a: [] }], undefined, 2)}\n`)).toEqual([{ value, line: 1 }, { value: [1, { a: [] }], line: 12 }]);
  expect(read('[\r\n{"a":1},\r\n{"a":2}\r\n]\r\n{"a":3}')).toEqual([{ value: [{ a: 1 }, { a: 2 }], line: 1 }, { value: { a: 3 }, line: 5 }]);
});

it.each([
  ["does not end", '{\n{"a":1}\n{"a":2}\n', "1:1 This value does not end."],
  ["ends where it should not", '{\n{"a":1}\n{"a":2}\n}\n', "2:1 This is no JSON: "],
])("loses no line behind a stray brace whose value %s", (_, log, error) => {
  expect(read(log)).toEqual([{ error: expect.stringContaining(error) as string }, { value: { a: 1 }, line: 2 }, { value: { a: 2 }, line: 3 }]);
});

it("finds a place in a list", () => {
  const reader = new LogReader("audit.log");
  const [item] = reader.push(Buffer.from('\n  {"items": [{"a": 1},\t{"b": 2}]}\n'));
  expect(item?.kind === "value" ? [item.locate(), item.locate(["items", 1]), item.locate(["items", 1, "b"])] : item).toEqual([{ line: 2, column: 3 }, { line: 2, column: 24 }, { line: 2, column: 25 }]);
});

it("reads a line of ten megabytes", () => {
  const long = "x".repeat(10_000_000);
  expect(read(`{"a":1}\n${JSON.stringify({ long })}\n{"a":2}\n`, 65_536)).toEqual([{ value: { a: 1 }, line: 1 }, { value: { long }, line: 2 }, { value: { a: 2 }, line: 3 }]);
});

it("refuses a line that would fill the memory, and reads on behind it", () => {
  const [longest, error] = [1024 * 1024, { error: "2:1 The line is longer than 1 MB, so it was not read." }];
  expect(read(`{"a":1}\n"${"x".repeat(3_000_000)}"\n{"a":2}\n`, 65_536, longest)).toEqual([{ value: { a: 1 }, line: 1 }, error, { value: { a: 2 }, line: 3 }]);
  expect(read(`{"a":1}\n"${"x".repeat(3_000_000)}`, 65_536, longest)).toEqual([{ value: { a: 1 }, line: 1 }, error]);
});

it("tells of bytes that are no UTF-8, and takes U+FFFD for what it is", () => {
  const broken = Buffer.concat([Buffer.from('{"a":"\ufffd"}\n{"a":"'), Buffer.from([0xff]), Buffer.from('"}\n{"a":"ä"}\n')]);
  expect(read(broken)).toEqual([{ value: { a: "\ufffd" }, line: 1 }, { error: "2:7 The text is not UTF-8 here, so the line was not read." }, { value: { a: "ä" }, line: 3 }]);
});

it("says of UTF-16 that it is no text, once", () => {
  expect(read(Buffer.from(`\ufeff${'{"a":1}\r\n'.repeat(1000)}`, "utf16le"), 100)).toEqual([{ error: "1:1 This is no text file." }]);
});

const piece = fc.oneof(
  fc.jsonValue().map((value) => JSON.stringify(value)),
  fc.jsonValue().map((value) => JSON.stringify(value, undefined, 1)),
  fc.constantFrom("", " ", "{", "}", "[", '{"a":', '"', "nul", "[{", "\ufffd", '{"ü€😀":"\u2028"}'),
);

it("reads the same however the bytes are cut", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(piece, fc.constantFrom("\n", "\r\n")), { maxLength: 12 }), fc.boolean(), fc.integer({ min: 1, max: 40 }), (pieces, ends, size) => {
      const log = pieces.map(([each, end], index) => (ends || index < pieces.length - 1 ? each + end : each)).join("");
      expect(read(log, size)).toEqual(read(log));
    }),
    { numRuns: 500, seed: 11 },
  );
});

it("reads each line as it would alone, in whatever order they stand", () => {
  const line = fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()).map((value) => JSON.stringify(value)), fc.constantFrom("", "}", "nul", '{"a":'));
  const without = (items: readonly Seen[]): string[] => items.map((item) => JSON.stringify("error" in item ? item.error.replace(/^\d+/, "") : item.value)).sort();
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }).chain((lines) => fc.tuple(fc.constant(lines), fc.shuffledSubarray(lines, { minLength: lines.length }))), ([lines, shuffled]) => {
      expect(without(read(shuffled.join("\n")))).toEqual(without(lines.flatMap((each) => read(each))));
    }),
    { numRuns: 300, seed: 12 },
  );
});

it.each([1, 7, 4096])("unpacks gzip by what it holds, members one after the other, in chunks of %i", async (size) => {
  const packed = Buffer.concat([gzipSync('{"a":1}\n{"a"'), gzipSync(":2}\n")]);
  expect(await readAll(chunks(packed, size))).toEqual([{ value: { a: 1 }, line: 1 }, { value: { a: 2 }, line: 2 }]);
});

it("reads what comes before the place where gzip is cut off, and tells of it", async () => {
  const lines = Array.from({ length: 20_000 }, (_, index) => `{"a":${index * 7919}}\n`).join("");
  const packed = gzipSync(lines);
  const items = await readAll(chunks(packed.subarray(0, packed.length - 2000), 1000));
  expect(items.filter((item) => "value" in item).length).toBeGreaterThan(10_000);
  expect(items.at(-1)).toEqual({ error: expect.stringContaining("The gzip data is damaged or cut off here") as string });
});

it("names what unpacks another compression", async () => {
  const zstd = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0, 0, 0]);
  expect(await readAll(chunks(zstd, 2))).toEqual([{ error: "1:1 The file is compressed with zstd, and only gzip is read here." }]);
});

it("gives bytes that are not packed as they are, fewer than four too", async () => {
  const whole = (given: string): Promise<string> => text(unpacked(chunks(Buffer.from(given), 1)) as unknown as NodeJS.ReadableStream);
  expect([await whole(""), await whole("{}"), await whole("{}\n{}\n")]).toEqual(["", "{}", "{}\n{}\n"]);
});
