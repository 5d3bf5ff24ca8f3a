import { Document, isScalar, isSeq, Scalar, type ToStringOptions, visit } from "yaml";
import { isSurelyText, resolvePlain } from "../documents/yaml/resolve.ts";

/**
 * Documents as YAML under a header comment. Keys stand in the order of the objects; a text of several lines as a block. Every
 * reader takes each text for the same text: those of YAML 1.2, those of YAML 1.1, and the API server's, which is neither. Lists under
 * the named keys stand on one line.
 */
export function yamlText(header: readonly string[], documents: readonly Readonly<Record<string, unknown>>[], onOneLine: ReadonlySet<string> = new Set()): string {
  const head = header.map((line) => `# ${line}\n`).join("");
  return `${head}${documents.map((document) => yamlOf(document, { lineWidth: 0, blockQuote: "literal" }, onOneLine, true)).join("---\n")}`;
}

/**
 * One object as YAML, in a style; lists under the named keys stand on one line. There some readers take a colon at a text's start for
 * the end of a key: `strict` quotes such texts.
 */
export function yamlOf(value: Readonly<Record<string, unknown>>, style: ToStringOptions, onOneLine: ReadonlySet<string> = new Set(), strict = false): string {
  const document = new Document(value, { aliasDuplicateObjects: false, version: "1.2", compat: "yaml-1.1" });
  visit(document, {
    Pair(_, { key, value: list }) {
      if (!isSeq(list) || !isScalar(key) || !onOneLine.has(String(key.value))) return;
      list.flow = true;
      visit(list, { Scalar: (_item, node) => void (typeof node.value === "string" && (node.value.includes("\n") || (strict && node.value.startsWith(":"))) && (node.type = Scalar.QUOTE_DOUBLE)) });
    },
    Scalar(_, node) {
      if (typeof node.value !== "string") return;
      const text = node.value.replace(loneSurrogate, "\ufffd");
      node.value = text;
      if (needsQuotes(text)) node.type = Scalar.QUOTE_DOUBLE;
    },
  });
  // Whatever is rare stands in double quotes by now, where an escape says the same.
  return document.toString(style).replace(rare, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** No file in UTF-8 can hold one. */
const loneSurrogate = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Characters that some readers take for a line break, and some refuse: control characters, line separators, byte order marks. */
const rare = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

/** A text that unquoted would be a number, a boolean or null to the API server; one with rare characters; a block that would begin with space. */
function needsQuotes(text: string): boolean {
  if (text.search(rare) !== -1 || /^\s[^]*\n|^\n/.test(text)) return true;
  return !isSurelyText(text) && resolvePlain(text).kind !== "string";
}
