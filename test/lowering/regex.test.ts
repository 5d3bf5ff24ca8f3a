import fc from "fast-check";
import { expect, it } from "vitest";
import { translateRegex } from "../../src/lowering/regex.ts";

const pattern = (source: string, flags = "u") => {
  const translated = translateRegex(source, flags);
  return "pattern" in translated ? translated.pattern : translated;
};

it("keeps what ECMAScript and RE2 read alike", () => {
  expect(pattern("^v[0-9]+(\\.[0-9]+){1,2}$")).toBe("^v[0-9]+(\\.[0-9]+){1,2}$");
  expect(pattern("(?:a|b)*?c+?")).toBe("(?:a|b)*?c+?");
  expect(pattern("\\bword\\B")).toBe("\\bword\\B");
});

it("leaves out the four line ends of ECMAScript where a dot stands", () => {
  expect(pattern("a.b")).toBe("a[^\\n\\r\\x{2028}\\x{2029}]b");
});

it("spells the white space of ECMAScript out, in and outside of a class", () => {
  expect(pattern("\\s")).toMatch(/^\[\\t\\n\\x\{b\}/);
  expect(pattern("[\\s,]")).toMatch(/\\x\{feff\},\]$/);
  expect(pattern("\\S")).toMatch(/^\[\^\\t/);
});

it("spells digits and word characters out, since the two agree on ASCII only by accident", () => {
  expect(pattern("\\d\\W")).toBe("[0-9][^0-9A-Za-z_]");
});

it("writes characters outside printable ASCII by number", () => {
  expect(pattern("é\\u{1f600}\\n")).toBe("\\x{e9}\\x{1f600}\\x{a}");
});

it("reads a class that is negated and empty as any character", () => {
  expect(pattern("[^]")).toBe("(?s:.)");
});

it("refuses what RE2 lacks, and says what to write instead", () => {
  for (const source of ["(?=a)", "(?!a)", "(?<=a)b", "(?<!a)b", "(a)\\1", "\\p{L}", "a{1001}", "[]", "(?<x>a)\\k<x>"]) {
    expect(pattern(source), source).toMatchObject({ feature: expect.any(String), advice: expect.any(String) });
  }
});

it("asks for the flag u where JavaScript would match half a character without it", () => {
  for (const source of ["a.b", "[^:]", "\\S", "\u{1f600}"]) expect(pattern(source, ""), source).toMatchObject({ advice: expect.stringContaining("/u.") });
  for (const source of ["a\\.b", "[.]", "\\s", "[a-z]+"]) expect(pattern(source, ""), source).toEqual(expect.any(String));
});

it("refuses flags that change what a match is", () => {
  for (const flags of ["g", "m", "s", "y", "v"]) expect(pattern("a", flags), flags).toMatchObject({ invalid: expect.stringContaining(flags) });
});

it("ignores case only where the two fold alike", () => {
  expect(pattern("abc", "i")).toBe("(?i)abc");
  // RE2 folds k with the Kelvin sign and s with the long s; ECMAScript does not without the flag u.
  expect(pattern("disk", "i")).toMatchObject({ feature: expect.stringContaining("flag i") });
});

it("says why a pattern cannot be read", () => {
  expect(pattern("a{2,1}")).toMatchObject({ invalid: expect.stringContaining("numbers out of order") });
});

it("never throws, whatever the pattern", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (source) => void translateRegex(source, "")));
});

it("gives a pattern that JavaScript itself reads the same way, once its numbered characters are respelled", () => {
  const atoms = fc.constantFrom("a", "Z", "\\.", "\\d", "\\w", "\\s", ".", "[a-c]", "[^x]", "é", "(?:ab|c)", "/", "\\\\", "\\n");
  const sources = fc.array(fc.tuple(atoms, fc.constantFrom("", "*", "+?", "{2}", "{1,}")), { minLength: 1, maxLength: 5 }).map((parts) => parts.map(([atom, count]) => atom + count).join(""));
  const texts = fc.string({ unit: fc.constantFrom("a", "b", "c", "Z", "0", ".", "-", "\n", "\r", "\u2028", " ", "\u00a0", "é", "x", "/", "\\"), maxLength: 6 });
  fc.assert(
    fc.property(sources, texts, (source, text) => {
      const translated = translateRegex(`^${source}$`, "u");
      if (!("pattern" in translated)) throw new Error(`refused: ${source}`);
      const respelled = translated.pattern.replace(/\\x\{/g, "\\u{").replace(/\\-/g, "\\x2d").replaceAll("/", "\\/");
      expect(new RegExp(respelled, "u").test(text)).toBe(new RegExp(`^${source}$`, "u").test(text));
    }),
  );
});
