import fc from "fast-check";
import { expect, it, vi } from "vitest";
import { expandLists } from "../../src/backends/falco/check/expand-lists.ts";
import { all, any, type Condition, not } from "../../src/backends/falco/condition/condition.ts";
import { parseCondition } from "../../src/backends/falco/condition/parse.ts";
import { conditionLines, conditionText, itemText } from "../../src/backends/falco/condition/print.ts";
import { valueText } from "../../src/backends/falco/condition/value-text.ts";
import { putList } from "../falco/engine.ts";
import { type Node, readCondition } from "../falco/grammar.ts";

vi.setConfig({ testTimeout: 60_000 });

const hostile = ['"', "'", "\\", "\\\\", '\\"', "\n", "\t", " ", "(", ")", ",", "=", "%", "and", "or", "not (", " or ", "*", "[0]", "%proc.name", "portcullis_x", "é", "🐳", "\u2028", "\u0085", "${x}", "{{ }}", "val(proc.name)", "null", "true", "0x1", "-1", "anyof", "#", ": ", "---"];
const text = fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: "grapheme" }), fc.array(fc.constantFrom(...hostile), { maxLength: 4 }).map((parts) => parts.join("")));
const writable = text.filter((value) => valueText(value) !== undefined);
const field = fc.constantFrom("proc.name", "fd.name", "evt.arg.flags", "ka.uri.param[dryRun]", "jevt.value[/a~1b/0]", "k8s.pod.label[app.kubernetes.io/name]");

const leaf: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ kind: fc.constant("comparison" as const), field, operator: fc.constantFrom("=" as const, "!=" as const, "contains" as const, "startswith" as const, "endswith" as const, "glob" as const), value: writable }),
  fc.record({ kind: fc.constant("comparison" as const), field, operator: fc.constantFrom("<" as const, "<=" as const, ">" as const, ">=" as const), value: fc.integer().map(String) }),
  fc.record({ kind: fc.constant("membership" as const), field, operator: fc.constantFrom("in" as const, "intersects" as const), items: fc.array(writable.map((value) => ({ value })), { minLength: 1, maxLength: 4 }) }),
  fc.record({ kind: fc.constant("exists" as const), field }),
  fc.record({ kind: fc.constant("macro" as const), name: fc.constantFrom("portcullis_a", "portcullis_and", "not_this") }),
);
const condition = fc.letrec<{ whole: Condition }>((tie) => ({
  whole: fc.oneof(
    { depthSize: "medium", withCrossShrink: true },
    leaf,
    tie("whole").map(not),
    fc.array(tie("whole"), { minLength: 2, maxLength: 4 }).map((operands): Condition => ({ kind: "all", operands })),
    fc.array(tie("whole"), { minLength: 2, maxLength: 4 }).map((operands): Condition => ({ kind: "any", operands })),
  ),
})).whole;

/** A condition as Falco's parser should understand it. */
function meant(node: Condition): Node {
  switch (node.kind) {
    case "comparison":
      return { kind: "check", field: node.field, operator: node.operator, values: [node.value] };
    case "membership":
      return { kind: "check", field: node.field, operator: node.operator, values: node.items.map((item) => ("value" in item ? item.value : item.list)) };
    case "exists":
      return { kind: "check", field: node.field, operator: "exists" };
    case "macro":
      return { kind: "macro", name: node.name };
    case "not":
      return { kind: "not", child: meant(node.operand) };
    case "all":
    case "any":
      return { kind: node.kind === "all" ? "and" : "or", children: node.operands.map(meant) };
    case "constant":
      throw new Error("no condition");
  }
}

it("writes every condition so that Falco's grammar reads what was meant, on one line and on several", () => {
  fc.assert(
    fc.property(condition, (node) => {
      expect(readCondition(conditionText(node))).toEqual(meant(node));
      expect(readCondition(conditionLines(node))).toEqual(meant(node));
      // What is appended, an exception or somebody's own condition, binds to all of it.
      expect(readCondition(`${conditionLines(node)} and x.y exists`)).toEqual(node.kind === "all" ? { kind: "and", children: [...node.operands.map(meant), { kind: "check", field: "x.y", operator: "exists" }] } : { kind: "and", children: [meant(node), { kind: "check", field: "x.y", operator: "exists" }] });
    }),
    { numRuns: 1000, seed: 7 },
  );
});

it("reads every condition in its own parser as in the tests' reading of Falco's", () => {
  fc.assert(
    fc.property(condition, (node) => {
      const parsed = parseCondition(conditionLines(node));
      expect("fault" in parsed ? parsed : meant(parsed.condition)).toEqual(meant(node));
    }),
    { numRuns: 1000, seed: 8 },
  );
});

/** Texts that are no condition, or one that is not emitted. */
const broken = ["", "proc.name", "proc.name =", "proc.name = a b", "proc.name = \"a", "proc.name in (a", "proc.name in (a,)", "(proc.name = a", "proc.name = a)", "proc.name = a and", "proc.name = a andx.y exists", "proc.name > a", "proc.name containsa", "fd.name[a b] exists", "fd.name[] exists", "proc.name = tolower(proc.name)", "proc.name regex a", "proc.name = \"\\q\"", "x.y exists or(x.y exists and x.y exists", "proc.name ~ a"];

it.each(broken)("refuses %j, where no condition stands", (given) => {
  expect(parseCondition(given)).toMatchObject({ fault: expect.any(String) as string, at: expect.any(Number) as number });
});

it("refuses texts that Falco cannot hold or would change", () => {
  const refused = ["a\\", "\u0000", "\u001b[0m", "\ud800", "a".repeat(256), "é".repeat(128), "a portcullis_shells b", "(portcullis_shells)"];
  expect(refused.filter((value) => valueText(value) !== undefined)).toEqual([]);
  const taken = ["a".repeat(255), "portcullis_shells", "a portcullis_shells", "a\\b", 'a"', "\u0085"];
  expect(taken.filter((value) => valueText(value) === undefined)).toEqual([]);
});

it("writes no text in which the items of a list could be put", () => {
  fc.assert(
    fc.property(writable, (value) => {
      const written = itemText({ value });
      for (const name of ["portcullis_x", "portcullis_shells"]) expect(putList(`proc.name in (${written})`, name, ["a"])).toBe(`proc.name in (${written})`);
    }),
    { numRuns: 1000, seed: 9 },
  );
});

it("puts the items of a list where Falco does: for its name between blanks, parentheses and commas, in quotes too", () => {
  const lists = new Map([["shells", ["sh", "a b", '"c,d"']]]);
  for (const text of ["proc.name in (shells)", "proc.name in (x, shells , y)", "proc.name = \"a shells b\"", "proc.name in (shellsx, \"shells\", shells)", "proc.name=shells"]) {
    const [ours, theirs] = [expandLists(text, lists), putList(text, "shells", [...(lists.get("shells") ?? [])])];
    expect(ours.replace(/\s+/g, "")).toBe(theirs.replace(/\s+/g, ""));
    expect(theirs === text).toBe(false);
  }
});

it("says no part twice, and no more than it must", () => {
  const a: Condition = { kind: "comparison", field: "proc.name", operator: "=", value: "a" };
  const b: Condition = { ...a, value: "b" };
  const exists: Condition = { kind: "exists", field: "proc.name" };
  const other: Condition = { kind: "comparison", field: "fd.name", operator: "contains", value: "x" };
  expect(conditionText(any([a, b, a]))).toBe("proc.name in (a, b)");
  expect(conditionText(all([exists, not(a)]))).toBe("proc.name != a");
  expect(conditionText(all([exists, a, other]))).toBe("proc.name = a and fd.name contains x");
  expect(conditionText(any([all([other, a]), all([other, b])]))).toBe("fd.name contains x and proc.name in (a, b)");
  expect(conditionText(not(any([a, other])))).toBe("not (proc.name = a or fd.name contains x)");
  expect(conditionText(all([not(a), other]))).toBe("not (proc.name = a) and fd.name contains x");
});
