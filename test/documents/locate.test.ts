import { expect, it } from "vitest";
import type { PathStep, SourceDocument } from "../../src/documents/index.ts";
import { readOne, readText } from "./reading.ts";

/** Where `mark` stands in a text, once it is taken out: so that no test counts columns. */
function marked(text: string): { readonly text: string; readonly line: number; readonly column: number } {
  const at = text.indexOf("▸");
  const before = text.slice(0, at).split("\n");
  return { text: text.replace("▸", ""), line: before.length, column: (before.at(-1) ?? "").length + 1 };
}

const head = "apiVersion: v1\nkind: X\n";

interface Case {
  readonly title: string;
  /** With ▸ before the place. */
  readonly text: string;
  readonly path: readonly PathStep[];
  readonly target?: "key" | "value";
}

const cases: readonly Case[] = [
  { title: "the start of the document for an empty path", text: `# c\n▸${head}`, path: [] },
  { title: "a key of a block mapping", text: `${head}spec:\n  ▸hostNetwork: true\n`, path: ["spec", "hostNetwork"] },
  { title: "its value", text: `${head}spec:\n  hostNetwork:   ▸true\n`, path: ["spec", "hostNetwork"], target: "value" },
  { title: "a value on the next line", text: `${head}spec:\n  ▸a: 1\n`, path: ["spec"], target: "value" },
  { title: "a list item", text: `${head}a:\n- b\n- ▸c\n`, path: ["a", 1] },
  { title: "a key in a list item", text: `${head}a:\n  - b: 1\n    ▸c: 2\n`, path: ["a", 0, "c"] },
  { title: "a place in flow style", text: `${head}a: {b: [1, {▸c: 2}]}\n`, path: ["a", "b", 1, "c"] },
  { title: "a key with dots and slashes", text: `${head}metadata:\n  labels:\n    ▸app.kubernetes.io/name: x\n`, path: ["metadata", "labels", "app.kubernetes.io/name"] },
  { title: "a quoted key with a quote in it", text: `${head}▸"a\\"'b": 1\n`, path: ["a\"'b"] },
  { title: "a number as a key", text: `${head}a:\n  ▸0x10: b\n`, path: ["a", "16"] },
  { title: "a boolean as a key", text: `${head}a:\n  ▸on: b\n`, path: ["a", "true"] },
  { title: "a text in several lines", text: `${head}a: ▸|\n  b\n  c\n`, path: ["a"], target: "value" },
  { title: "the alias for what it stands for", text: `${head}a: &x {b: 1}\nc: ▸*x\n`, path: ["c"], target: "value" },
  { title: "the alias for what lies behind it", text: `${head}a: &x {b: {d: 1}}\nc:\n- ▸*x\n`, path: ["c", 0, "b", "d"] },
  { title: "an anchor with its value", text: `${head}a: ▸&x {b: 1}\n`, path: ["a"], target: "value" },
  { title: "the merge key for what it brings in", text: `${head}a: &x {b: 1}\nc:\n  ▸<<: *x\n  d: 2\n`, path: ["c", "b"] },
  { title: "the alias of a merge for its value", text: `${head}a: &x {b: 1}\nc:\n  <<: [{e: 1}, ▸*x]\n`, path: ["c", "b"], target: "value" },
  { title: "a key that is merged in place", text: `${head}c:\n  <<: {▸b: 1}\n`, path: ["c", "b"] },
  { title: "a key that replaces a merged one", text: `${head}a: &x {b: 1}\nc:\n  <<: *x\n  ▸b: 2\n`, path: ["c", "b"] },
  { title: "a later merge that replaces a key", text: `${head}a: &x {b: 1}\nc:\n  b: 2\n  ▸<<: *x\n`, path: ["c", "b"] },
  { title: "the nearest ancestor of a field that is not there", text: `${head}spec:\n  a:\n  - ▸name: b\n`, path: ["spec", "a", 0, "securityContext", "privileged"] },
  { title: "the list for an index beyond its end", text: `${head}spec:\n  ▸a: [b]\n`, path: ["spec", "a", 7] },
  { title: "the key of a field that holds a scalar, for a path into it", text: `${head}▸a: b\n`, path: ["a", "c"] },
  { title: "a key after other characters than ASCII", text: `${head}a: {é😀: 1, ▸b: 2}\n`, path: ["a", "b"] },
  { title: "a key in lines that end with CR LF", text: "apiVersion: v1\r\nkind: X\r\na:\r\n  ▸b: 1\r\n", path: ["a", "b"] },
  { title: "a key in JSON", text: '{\n  "apiVersion": "v1", "kind": "X",\n  "a": [{"b": 1, ▸"c\\"d": 2}]\n}\n', path: ["a", 0, 'c"d'] },
  { title: "a value in JSON", text: '{"apiVersion": "v1", "kind": "X",\n "a": {"b":\n  ▸true}}\n', path: ["a", "b"], target: "value" },
  { title: "an escaped key in JSON", text: '{"apiVersion": "v1", "kind": "X", ▸"\\u0061": 1}\n', path: ["a"] },
  { title: "a key called __proto__", text: `${head}▸__proto__: {a: 1}\n`, path: ["__proto__"] },
];

it.each(cases)("locates $title", async ({ text, path, target }) => {
  const place = marked(text);
  expect((await readOne(place.text)).locate(path, target)).toEqual({ line: place.line, column: place.column });
});

async function documentsOf(text: string): Promise<readonly SourceDocument[]> {
  return (await readText(text)).flatMap((item) => (item.kind === "document" ? [item.document] : []));
}

it("locates fields in the items of a List and in later documents of the file", async () => {
  const { text, line, column } = marked(`${head}---\napiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: A\n- apiVersion: v1\n  kind: B\n  ▸spec: {}\n---\n${head}`);
  const documents = await documentsOf(text);
  expect(documents.map(({ itemPath }) => itemPath)).toEqual([[], ["items", 0], ["items", 1], []]);
  expect(documents[2]?.locate(["spec", "a"])).toEqual({ line, column });
  expect(documents[3]?.locate([])).toEqual({ line: 13, column: 1 });
});

it("locates each of several JSON values in a row", async () => {
  const [, second] = await documentsOf('{"apiVersion": "v1", "kind": "A"}\n  {"apiVersion": "v1",\n   "kind": "B"}\n');
  expect(second?.locate(["kind"])).toEqual({ line: 3, column: 4 });
  expect(second?.locate([])).toEqual({ line: 2, column: 3 });
});

it("shows the lines around a place, without their line breaks", async () => {
  const document = await readOne("apiVersion: v1\r\nkind: X\r\na: 1\r\nb: 2\r\n");
  expect(document.frame(3, 1)).toEqual([
    { number: 2, text: "kind: X" },
    { number: 3, text: "a: 1" },
    { number: 4, text: "b: 2" },
  ]);
  expect(document.frame(1).map(({ number }) => number)).toEqual([1, 2, 3]);
});
