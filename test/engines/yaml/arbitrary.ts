import fc from "fast-check";

const scalars = [
  ..."a b-c 1 0 -5 0644 0x1F 1_000 1.5 .5 1e3 yes no on y null ~ .inf 2001-01-01 a:b a#b http://x.y/z --flag <<".split(" "),
  "two words",
  "'single ''quoted'''",
  '"double\\n\\u00e9 quoted"',
  "''",
  '""',
  "!!str 12",
  "!!int '7'",
  "!!float 3",
  "! x",
  "!foo bar",
  "&x anchored",
  "*x",
  "{}",
  "[]",
  "é😀",
  "|\n  literal\n   text\n\n",
  ">-\n  folded\n  text\n",
  "plain\n  continued\n",
  "'quoted\n  on'",
];
const keys = [..."a b c d 1 2.5 yes ~ a.b/c 'q' <<".split(" "), '"d"', "two words", "*x ", "&k e"];
const comments = ["", "", "", " # comment", "   "];

interface Lines {
  readonly lines: readonly string[];
}

const indentBy = (width: number, text: string): string => text.replaceAll("\n", `\n${" ".repeat(width)}`);

/** Documents in block and flow style as people write them, with the odd scalar, key, anchor, merge and indentation. */
const structured = fc.letrec<{ value: Lines; flow: string }>((tie) => ({
  flow: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom(...scalars.filter((scalar) => !scalar.includes("\n"))),
    fc.array(tie("flow"), { maxLength: 3 }).map((items) => `[${items.join(", ")}]`),
    fc.array(fc.tuple(fc.constantFrom(...keys), tie("flow")), { maxLength: 3 }).map((pairs) => `{${pairs.map(([key, value]) => `${key}: ${value}`).join(", ")}}`),
  ),
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.tuple(fc.constantFrom(...scalars), fc.constantFrom(...comments)).map(([scalar, comment]) => ({ lines: [scalar.includes("\n") ? scalar : scalar + comment] })),
    tie("flow").map((flow) => ({ lines: [flow] })),
    fc.array(fc.tuple(fc.constantFrom(1, 2, 2, 4), tie("value")), { minLength: 1, maxLength: 3 }).map((items) => ({
      lines: items.map(([width, { lines }]) => `-${" ".repeat(width - 1 || 1)}${indentBy(width, lines.join("\n"))}`),
    })),
    fc.array(fc.tuple(fc.constantFrom(...keys), fc.constantFrom(0, 2, 2, 3), fc.boolean(), tie("value")), { minLength: 1, maxLength: 4 }).map((pairs) => ({
      lines: pairs.map(([key, width, onNextLine, { lines }]) => {
        const nested = lines.length > 1 || onNextLine || /^(?:- |[^'"{[|>]*: )/.test(lines[0] ?? "");
        return nested ? `${key}:\n${" ".repeat(width)}${indentBy(width, lines.join("\n"))}` : `${key}: ${indentBy(width, lines.join("\n"))}`;
      }),
    })),
  ),
})).value.map(({ lines }) => `${lines.join("\n")}\n`);

const fragments = [
  ..."a b key : - ? # & * ! | > ' \" \\ [ ] { } , @ ` % ~ yes 0 1.5 << --- ...".split(" "),
  ..."\n|\n  |\n    |\n- |\n  - |: |- |? | |  |\t|\r\n|\r|\u0085|\u2028| # c|&x |*x |!!str |!!int |! |!foo |!!binary aGk=".split("|"),
  "|\n  t\n",
  ">-\n  t\n  u\n",
  "x: &x {a: 1}\n",
  "y: *x\n",
  "  <<: *x\n",
  "\n---\n",
  "\n...\n",
  "text more",
  '{"a": 1}',
  "\\n",
];

/** Anything, mostly wrong. */
const noise = fc.array(fc.constantFrom(...fragments), { maxLength: 12 }).map((parts) => parts.join(""));

/** A document with one place changed. */
const damaged = fc.tuple(structured, fc.double({ min: 0, max: 1, noNaN: true }), fc.nat({ max: 3 }), fc.constantFrom(...fragments)).map(([text, at, removed, inserted]) => {
  const place = Math.floor(at * text.length);
  return (text.slice(0, place) + inserted + text.slice(place + removed)).replace(/[\ud800-\udfff]/gu, "");
});

const document = fc.oneof(structured, damaged, noise);

/** Manifests of one to three documents. Left out: odd line breaks around JSON, where kubectl's look-ahead cuts a character in two. */
export const manifest = fc
  .oneof(
    document,
    fc.array(document, { minLength: 2, maxLength: 3 }).map((documents) => documents.join("---\n")),
  )
  .filter((text) => !/^[\s\u0085]*\{[^]*[\u0085\u2028]|^[^{]*[\u0085\u2028]\s*\{/.test(text));
