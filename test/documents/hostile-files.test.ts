import { mkdirSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readDocuments } from "../../src/documents/index.ts";
import { collect, configMap, readFolder, summarize, withFolder } from "./reading.ts";

const utf16 = (text: string, bigEndian: boolean): Buffer => {
  const bytes = Buffer.from(`\ufeff${text}`, "utf16le");
  return bigEndian ? bytes.swap16() : bytes;
};

interface Case {
  readonly title: string;
  readonly content: string | Uint8Array;
  readonly says: readonly string[];
}

const cases: readonly Case[] = [
  { title: "an empty file", content: "", says: ["note: The file holds no document."] },
  { title: "a file of comments", content: "# a\n---\n# b\n", says: ["note: The file holds no document."] },
  { title: "white space", content: " \n\n  \n", says: ["note: The file holds no document."] },
  { title: "a UTF-8 byte order mark", content: `\ufeff${configMap("a")}`, says: ["ConfigMap a"] },
  { title: "UTF-16, little end first", content: utf16(configMap("é"), false), says: ["ConfigMap é"] },
  { title: "UTF-16, big end first", content: utf16(configMap("é"), true), says: ["ConfigMap é"] },
  { title: "UTF-16 without its mark", content: Buffer.from(configMap("a"), "utf16le"), says: ["1:1 error: This is no text file."] },
  { title: "CR LF", content: "apiVersion: v1\r\nkind: A\r\n---\r\napiVersion: v1\r\nkind: B\r\n", says: ["A", "B"] },
  { title: "a program", content: Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0]), says: ["1:1 error: This is no text file."] },
  { title: "NUL far behind", content: `${configMap("a")}\n---\na: ${"x".repeat(5000)}\0\n---\n${configMap("b")}`, says: ["ConfigMap a", "3:5004 error: The character U+0000 may not stand in YAML.", "ConfigMap b"] },
  { title: "a control character", content: "apiVersion: v1\nkind: X\na: \u0007\n", says: ["3:4 error: The character U+0007 may not stand in YAML."] },
  {
    title: "bytes that are no UTF-8 in one document",
    content: Buffer.concat([Buffer.from(`${configMap("a")}\n---\na: é\nb: x`), Buffer.from([0xff, 0xe2, 0x82]), Buffer.from(`\n---\n${configMap("b�")}\n`)]),
    says: ["ConfigMap a", "4:5 error: The text is not UTF-8 here.", "ConfigMap b�"],
  },
  { title: "bytes that are no UTF-8 in JSON", content: Buffer.concat([Buffer.from('{"a": "'), Buffer.from([0xc3]), Buffer.from('"}')]), says: ["1:8 error: The text is not UTF-8 here."] },
  { title: "a line of 10 MB", content: `apiVersion: v1\nkind: X\na: ${"x ".repeat(5_000_000)}\n`, says: ["X"] },
  { title: "a line of 10 MB that is a list", content: `apiVersion: v1\nkind: X\na: [${`${"x".repeat(18)}, `.repeat(500_000)}]\n`, says: ["X"] },
  { title: "a key of 10 MB", content: `${"k".repeat(10_000_000)}: a\n`, says: ["1:10000001 error: Text follows the end of the document."] },
  { title: "1,000 nested lists", content: `a: ${"[".repeat(1000)}${"]".repeat(1000)}\n`, says: ["1:503 error: The document is nested more than 500 levels deep."] },
  { title: "10,000 nested lists", content: `a: ${"[".repeat(10_000)}${"]".repeat(10_000)}\n`, says: ["1:503 error: The document is nested more than 500 levels deep."] },
  { title: "100,000 nested lists that never end", content: "[".repeat(100_000), says: ["1:501 error: The document is nested more than 500 levels deep."] },
  { title: "10,000 nested block lists", content: `${"- ".repeat(10_000)}a\n`, says: ["1:1001 error: The document is nested more than 500 levels deep."] },
  { title: "1,000 nested mappings", content: Array.from({ length: 1000 }, (_, depth) => `${" ".repeat(depth)}a:\n`).join(""), says: ["500:500 error: The document is nested more than 500 levels deep."] },
  { title: "10,000 nested lists in JSON", content: `{"a": ${"[".repeat(10_000)}${"]".repeat(10_000)}}`, says: ["1:506 error: The document is nested more than 500 levels deep."] },
  {
    title: "aliases that nest",
    content: `a0: &a0 [x]\n${Array.from({ length: 600 }, (_, index) => `a${index + 1}: &a${index + 1} [*a${index}]`).join("\n")}\n`,
    says: ["51:12 error: The aliases of this document expand to too many values."],
  },
  {
    title: "a bomb of aliases",
    content: `a: &a [x, x, x, x, x, x, x, x, x]\n${[..."bcdefghi"].map((name, index) => `${name}: &${name} [${`*${"abcdefgh"[index]}, `.repeat(9)}]`).join("\n")}\n`,
    says: ["2:20 error: The aliases of this document expand to too many values."],
  },
  {
    title: "a bomb of merges",
    content: `a: &a {${Array.from({ length: 500 }, (_, index) => `k${index}: x`).join(", ")}}\n${Array.from({ length: 2000 }, (_, index) => `b${index}: {<<: *a}`).join("\n")}\n`,
    says: ["1:1824 error: The aliases of this document expand to too many values."],
  },
  {
    title: "merges that nest",
    content: `z: [${"x, ".repeat(200_000)}]\na0: &a0 {k: x}\n${Array.from({ length: 600 }, (_, index) => `a${index + 1}: &a${index + 1} {<<: *a${index}}`).join("\n")}\n`,
    says: ["3:14 error: The document is nested more than 500 levels deep."],
  },
  { title: "5,000,000 nested lists in JSON", content: `{"a": ${"[".repeat(5_000_000)}${"]".repeat(5_000_000)}}`, says: ["1:506 error: The document is nested more than 500 levels deep."] },
  { title: "a bomb of text", content: `a: &a ${"x".repeat(1_000_000)}\nb: [${"*a, ".repeat(50)}]\n`, says: ["1:4 error: The aliases of this document expand to too much text."] },
  { title: "an alias inside its anchor", content: "a: &a [*a]\n", says: ["1:8 error: The alias *a stands inside its own anchor."] },
  { title: "a key set twice", content: "apiVersion: v1\nkind: X\na:\n  b: 1\n  'b': 2\n", says: ['5:3 error: The key "b" is set twice in this mapping.'] },
  { title: "a key set twice in JSON", content: '{"apiVersion": "v1",\n "a": {"b": "}:", "c": {"b": 1}, "\\u0062": 2}}', says: ['2:34 error: The key "b" is set twice in this mapping.'] },
  { title: "a number that no engine can hold", content: '{"a": [1e999]}', says: ["1:8 error: This number is out of range."] },
  { title: "JSON that breaks off", content: '{"apiVersion": "v1",\n "kind":', says: ["2:10 error: A value is missing here, or something stands where none may."] },
  { title: "text after the document's end", content: `  apiVersion: v1\nkind: X\n`, says: ["2:1 error: Text follows the end of the document."] },
  { title: "a million empty documents", content: "---\n".repeat(1_000_000), says: ["note: The file holds no document."] },
  { title: "a million dashes", content: "-".repeat(1_000_000), says: ["1:1 error: Only a comment may stand beside --- on its line."] },
  { title: "a million quotes", content: `'${"''".repeat(1_000_000)}`, says: ["1:1 error: A quoted text never ends."] },
  { title: "an image", content: Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"), says: ["1:1 error: This is no text file."] },
];

it.each(cases)("answers $title with a message, or reads it", async ({ content, says }) => {
  expect(await readFolder({ "a.yaml": content })).toEqual(says.map((line) => (/^\d/.test(line) ? `a.yaml:${line}` : line.startsWith("note") ? `a.yaml ${line}` : `a.yaml: ${line}`)));
}, 30_000);

it("reports what it was named but cannot find", async () => {
  expect(summarize(await collect(readDocuments(["no/such/file.yaml"])))).toEqual(["no/such/file.yaml:1:1 error: There is no such file or folder."]);
  expect(summarize(await collect(readDocuments(["a\0b"])))).toEqual(["a\0b:1:1 error: The file cannot be read (ERR_INVALID_ARG_VALUE)."]);
});

it("reports links that lead nowhere or to themselves, and reads the rest", async () => {
  const lines = await readFolder({ "a.yaml": configMap("a") }, (folder) => {
    symlinkSync("gone.yaml", join(folder, "b.yaml"));
    symlinkSync("c.yaml", join(folder, "c.yaml"));
    symlinkSync("gone", join(folder, "no-manifest"));
  });
  expect(lines).toEqual(["a.yaml: ConfigMap a", "b.yaml:1:1 error: There is no such file or folder.", "c.yaml:1:1 error: The file cannot be read (ELOOP)."]);
});

it("takes a folder called x.yaml for a folder", async () => {
  const lines = await readFolder({ "x.yaml/a.yaml": configMap("a") }, (folder) => mkdirSync(join(folder, "y.yaml")));
  expect(lines).toEqual(["x.yaml/a.yaml: ConfigMap a"]);
});

// Whoever runs this may read any file; a socket can be opened by nobody.
it.skipIf(process.platform === "win32")("reports a file that cannot be opened, and reads the rest", async () => {
  await withFolder({ "b.yaml": configMap("b") }, async (folder) => {
    const server = createServer();
    await new Promise<void>((listening) => server.listen(join(folder, "a.yaml"), listening));
    try {
      expect(summarize(await collect(readDocuments([folder])))).toEqual([`${join(folder, "a.yaml")}:1:1 error: The file cannot be read (ENXIO).`, `${join(folder, "b.yaml")}: ConfigMap b`]);
    } finally {
      await new Promise((closed) => server.close(closed));
    }
  });
});

it("throws on a fault of the input stream that is no file error, and reports one that is", async () => {
  const failing = (error: Error) => ({
    async *[Symbol.asyncIterator]() {
      yield Buffer.from(`${configMap("a")}\n`);
      throw error;
    },
  });
  const read = (error: Error) => collect(readDocuments(["-"], { stdin: failing(error) as unknown as NodeJS.ReadableStream }));
  expect(summarize(await read(Object.assign(new Error("gone"), { code: "EIO" })))).toEqual(["-:1:1 error: The file cannot be read (EIO)."]);
  await expect(read(new Error("bug"))).rejects.toThrow("bug");
});
