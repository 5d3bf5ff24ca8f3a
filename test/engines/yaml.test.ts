import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { DocumentReader } from "../../src/documents/document-reader.ts";
import type { ReadError } from "../../src/documents/read-item.ts";
import { Segments } from "../../src/documents/segments.ts";
import type { Node } from "../../src/documents/syntax/node.ts";
import { isMergeKey, keyOf } from "../../src/documents/yaml/construct.ts";
import { parseYaml } from "../../src/documents/yaml/parser.ts";
import { manifest } from "./yaml/arbitrary.ts";
import { type Answer, type Kubectl, startKubectl } from "./yaml/kubectl.ts";
import { snippets, stricter } from "./yaml/snippets.ts";

let kubectl: Kubectl;

beforeAll(() => {
  kubectl = startKubectl();
});

afterAll(() => {
  kubectl.stop();
});

interface Reading {
  /** Those before the first error; all of them if there is none. */
  readonly documents: readonly unknown[];
  readonly error: ReadError | undefined;
}

function read(bytes: Uint8Array): Reading {
  const segments = new Segments("-");
  segments.push(Buffer.from(bytes));
  const documents: unknown[] = [];
  for (const item of new DocumentReader().read(segments.end())) {
    if (item.kind === "value") documents.push(item.value);
    else if (item.kind === "error") return { documents, error: item.error };
  }
  return { documents, error: undefined };
}

/** kubectl stops at its first error and may drop the document before it; what it did read must be the same. */
function agrees(ours: Reading, theirs: Answer): boolean {
  if ((ours.error === undefined) !== (theirs.error === undefined)) return false;
  return theirs.error === undefined ? isDeepStrictEqual(ours.documents, theirs.documents) : isDeepStrictEqual(ours.documents.slice(0, theirs.documents.length), theirs.documents);
}

const cases = Object.entries(snippets).flatMap(([topic, texts]) => texts.map((text): [string, string] => [topic, text]));

it("knows at least 150 texts that are easy to misread", () => {
  expect(new Set(cases.map(([, text]) => text)).size).toBeGreaterThanOrEqual(150);
});

it.each(cases)("reads %s as kubectl does: %j", async (_topic, text) => {
  const bytes = Buffer.from(text);
  const theirs = await kubectl.ask(bytes);
  const ours = read(bytes);
  expect({ failed: ours.error !== undefined, documents: ours.documents.slice(0, theirs.error === undefined ? undefined : theirs.documents.length) }, ours.error?.message ?? theirs.error).toEqual({
    failed: theirs.error !== undefined,
    documents: theirs.documents,
  });
});

it.each(stricter)("refuses $text, since $why", async ({ text, says }) => {
  const bytes = Buffer.from(text);
  expect((await kubectl.ask(bytes)).error).toBeUndefined();
  expect(read(bytes).error?.message).toContain(says);
});

/** Then kubectl never looks at the value that it drops, which may hold a fault of its own. */
function setsKeyTwice(text: string): boolean {
  // What follows a JSON value at the start of the file is a document of its own.
  const documents = text.split(/^---.*\n?/m).flatMap((document) => [document, document.replace(/^\s*\{(?:"a": 1)?\}/, "")]);
  return documents.some((document) => {
    try {
      const root = parseYaml(document.replace(/^\s+(?=\{)/, ""));
      return root !== undefined && hasTwins(root);
    } catch {
      return false;
    }
  });
}

function hasTwins(node: Node): boolean {
  if (node.kind === "sequence") return node.items.some(hasTwins);
  if (node.kind !== "mapping") return false;
  const keys = node.pairs.flatMap((key, index) => (index % 2 === 0 && !isMergeKey(key) ? [nameOf(key)] : []));
  return new Set(keys).size < keys.length || node.pairs.some(hasTwins);
}

function nameOf(key: Node): string | undefined {
  try {
    return keyOf(key);
  } catch {
    return undefined;
  }
}

const deliberate = new RegExp(
  stricter
    .map(({ says }) => says)
    .filter((says) => says !== "has no .inf")
    .join("|"),
);

/** Is this one of the places where the reader is stricter than kubectl, as the table says? */
function isDeliberate({ message }: ReadError, text: string): boolean {
  return deliberate.test(message) || setsKeyTwice(text) || (text.includes("<<") && /^JSON, and so|^A key must be/.test(message));
}

it(
  "reads generated manifests as kubectl does",
  async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(manifest, async (text) => {
        const bytes = Buffer.from(text);
        const ours = read(bytes);
        if (ours.error !== undefined && isDeliberate(ours.error, text)) return;
        const theirs = await kubectl.ask(bytes);
        if (theirs.error === undefined) compared += 1;
        expect(agrees(ours, theirs), JSON.stringify({ ours, theirs })).toBe(true);
      }),
      { numRuns: Number(process.env["FUZZ_RUNS"] ?? 20_000), seed: Number(process.env["FUZZ_SEED"] ?? 1) },
    );
    expect(compared).toBeGreaterThan(2_000);
  },
  300_000,
);
