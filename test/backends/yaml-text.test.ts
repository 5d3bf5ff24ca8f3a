import fc from "fast-check";
import { loadAll } from "js-yaml";
import { expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { readEmitted } from "../../src/backends/engine-schemas/read-emitted.ts";
import { yamlText } from "../../src/backends/yaml-text.ts";
import { hostileText, hostileTexts } from "../injection/hostile-texts.ts";

const object = (content: unknown) => ({ apiVersion: "v1", kind: "ConfigMap", content });

/** The documents of a text as three readers take them: of YAML 1.2 by two hands, and the API server's. */
function readings(text: string): unknown[] {
  const { documents, faults } = readEmitted([{ path: "a.yaml", content: text }]);
  expect(faults).toEqual([]);
  return [parseAllDocuments(text, { version: "1.2" }).map((document) => document.toJS() as unknown), parseAllDocuments(text, { version: "1.1" }).map((document) => document.toJS() as unknown), loadAll(text), documents.map(({ value }) => value)];
}

const expectKept = (...contents: readonly unknown[]) => {
  const documents = contents.map(object);
  for (const reading of readings(yamlText(["a"], documents))) expect(reading).toEqual(documents);
};

it.each(hostileTexts.map((text) => [JSON.stringify(text).slice(0, 60), text]))("keeps the text %s as a value, a key and an element, to every reader", (_, text) => {
  expectKept({ value: text, list: [text, [text]], nested: { [text]: text } });
  expectKept(text, text);
});

it("keeps any text to every reader", () => {
  fc.assert(
    fc.property(hostileText, hostileText, (key, value) => {
      fc.pre(key !== "__proto__");
      expectKept({ [key]: value, list: [value, { [key]: value }] });
    }),
    { numRuns: 1000 },
  );
}, 20_000);

it("writes a lone surrogate, which no file can hold, as the replacement character", () => {
  expect(yamlText([], [{ a: "\ud800b", b: "c\udc00" }])).toBe("a: \ufffdb\nb: c\ufffd\n");
});

it("leaves plain texts plain, and texts of several lines as blocks", () => {
  expect(yamlText(["head"], [{ a: "a text, it's", b: "two\nlines\n", c: 1, d: true, e: "1", f: "no", g: "object.spec == 'a'", h: "a if {\n\tb\n}\n" }])).toBe("# head\na: a text, it's\nb: |\n  two\n  lines\nc: 1\nd: true\ne: \"1\"\nf: \"no\"\ng: object.spec == 'a'\nh: |\n  a if {\n  \tb\n  }\n");
});
