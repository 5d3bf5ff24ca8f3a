import fc from "fast-check";
import { expect, it } from "vitest";
import { printCel } from "../../src/backends/cel/print.ts";
import { all, any, atom, binary, call, type Cel, concat, index, list, method, negate, one, ternary } from "../../src/backends/cel/syntax.ts";
import { numberText, patternLiteral, stringText } from "../../src/backends/cel/text.ts";

const [a, b, c] = ["a", "b", "c"].map(atom) as [Cel, Cel, Cel];

it("puts brackets where the grammar needs them, and nowhere else", () => {
  expect(printCel(all([any([a, b]), c]))).toBe("(a || b) && c");
  expect(printCel(any([all([a, b]), c]))).toBe("a && b || c");
  expect(printCel(negate(all([a, b])))).toBe("!(a && b)");
  expect(printCel(negate(binary("in", a, b)))).toBe("!(a in b)");
  expect(printCel(negate(binary("==", a, b)))).toBe("a != b");
  expect(printCel(binary("==", binary("==", a, b), c))).toBe("(a == b) == c");
  expect(printCel(binary("-", a, binary("-", b, c)))).toBe("a - (b - c)");
  expect(printCel(binary("*", binary("+", a, b), c))).toBe("(a + b) * c");
  expect(printCel(method(ternary(a, b, c), "size"))).toBe("(a ? b : c).size()");
  expect(printCel(ternary(ternary(a, b, c), a, ternary(b, a, c)))).toBe("(a ? b : c) ? a : b ? a : c");
  expect(printCel(concat([ternary(a, b, c), c]))).toBe("(a ? b : c) + c");
});

it("leaves out what is known: truths, empty lists, tests without a choice", () => {
  expect(printCel(all([atom("true"), a]))).toBe("a");
  expect(printCel(all([a, atom("false")]))).toBe("false");
  expect(printCel(any([]))).toBe("false");
  expect(printCel(ternary(atom("true"), a, b))).toBe("a");
  expect(printCel(concat([{ kind: "list", items: [] }, a]))).toBe("a");
});

it("asks once what is asked twice, but joins lists as often as they are named", () => {
  expect(printCel(all([a, all([b, a]), binary("==", b, c), binary("==", b, c)]))).toBe("a && b && b == c");
  expect(printCel(any([a, any([a, b])]))).toBe("a || b");
  expect(printCel(concat([a, a]))).toBe("a + a");
});

it("breaks what is too long for a line, and says the same", () => {
  const long = Array.from({ length: 9 }, (_, index) => binary("==", call(`someFunction${index}`, a), b));
  const text = printCel(method(atom("list"), "filter", atom("x"), all(long)));
  expect(text.split("\n").every((line) => line.length <= 100)).toBe(true);
  expect(text.split("\n")[0]).toBe("list.filter(x,");
  expect(text.replace(/\s+/g, "")).toBe(`list.filter(x,${long.map((each) => printCel(each)).join("&&")})`.replace(/\s+/g, ""));
});

it("writes any text as a literal that no part of it can end", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => {
      const literal = stringText(text);
      expect(literal).toMatch(/^'(?:[^'\\\n\r]|\\[\\'nrt]|\\u[0-9a-f]{4})*'$/u);
      const read = literal.slice(1, -1).replace(/\\(u[0-9a-f]{4}|.)/g, (_, escape: string) => ({ n: "\n", r: "\r", t: "\t" })[escape] ?? (escape.startsWith("u") && escape.length > 1 ? String.fromCharCode(parseInt(escape.slice(1), 16)) : escape));
      expect(read).toBe(text);
    }),
  );
  expect(stringText("\ud800x")).toBe("'\ufffdx'");
  expect(stringText("it's a \\ and\na {{ x }} %s")).toBe("'it\\'s a \\\\ and\\na {{ x }} %s'");
});

it("writes regular expressions raw where that says the same, and numbers by their type", () => {
  expect(printCel(patternLiteral("^/?\\*+$"))).toBe("r'^/?\\*+$'");
  expect(printCel(patternLiteral("\\d'"))).toBe("'\\\\d\\''");
  expect(printCel(patternLiteral("x\\\\"))).toBe("'x\\\\\\\\'");
  expect([0, -1, 8080, 0.5, 1e21, 2 ** 53].map(numberText)).toEqual(["0", "-1", "8080", "0.5", "1e+21", "9007199254740992.0"]);
});

it("walks on from a list of one instead of wrapping its element again", () => {
  const named = index(method(list(a), "map", atom("x"), b), atom("0"));
  expect(printCel(method(one(named), "map", atom("y"), c))).toBe("[a].map(x, b).map(y, c)");
  // A walk that may find nothing, a list of two, and another element are no such lists.
  expect(printCel(one(index(method(list(a), "filter", atom("x"), b), atom("0"))))).toBe("[[a].filter(x, b)[0]]");
  expect(printCel(one(index(method(list(a), "map", atom("x"), b, c), atom("0"))))).toBe("[[a].map(x, b, c)[0]]");
  expect(printCel(one(index(list(a, b), atom("0"))))).toBe("[[a, b][0]]");
  expect(printCel(one(index(list(a), atom("1"))))).toBe("[[a][1]]");
});
