import { readJson } from "./json/read.ts";
import type { ReadItem } from "./read-item.ts";
import { Region } from "./region.ts";
import type { SourceText } from "./source-text.ts";
import type { JsonValue } from "./syntax/json-value.ts";
import { Problem } from "./syntax/problem.ts";
import { readYaml } from "./yaml/read.ts";

const byteOrderMark = 0xfeff;
const blankOrComment = /^[\s\u0085]*(?:#|$)/;
const jsonStart = /^[ \t\r\n]*\{/;

/** What one document of a file says, whether it is an object or not. */
export interface RawDocument {
  readonly kind: "value";
  readonly value: JsonValue;
  readonly region: Region;
}

export type RawItem = RawDocument | ReadItem;

/**
 * Reads the documents of one file, whose text it is given whole or in stretches that begin at a `---`.
 * Splits as kubectl does (k8s.io/apimachinery/pkg/util/yaml): a text that starts with `{` is JSON, one value
 * after the other; anything else is YAML, and every line that starts with `---` ends a document, even inside
 * a block text. Empty documents are passed over.
 */
export class DocumentReader {
  private first = true;
  private readonly isWanted: ((text: string) => boolean) | undefined;

  /** `isWanted`: tells by a document's text whether it is to be read; others are passed over as if they were not there. */
  constructor(isWanted?: (text: string) => boolean) {
    this.isWanted = isWanted;
  }

  *read(source: SourceText): Generator<RawItem> {
    const { first } = this;
    this.first = false;
    if (first && jsonStart.test(source.text)) yield* this.readJsonValues(source);
    else yield* this.readYamlDocuments(source, 0, first);
  }

  private *readJsonValues(source: SourceText): Generator<RawItem> {
    const separator = nextSeparator(source.text, 0);
    const end = separator === -1 ? source.text.length : separator;
    const { parts, problem, fault } = readJson(source.text.slice(0, end));
    const region = new Region(source, 0, end, "json");
    for (const part of parts) {
      const place = new Region(source, part.start, part.end, "json");
      const invalid = findInvalid(place);
      if (invalid !== undefined) yield place.error(invalid);
      else if (part.value !== null) yield { kind: "value", value: part.value, region: place };
    }
    if (fault !== undefined) yield region.error(fault);

    const after = fault !== undefined ? end : (parts.at(-1)?.end ?? 0);
    const next = after + source.text.slice(after, end).search(/\n|\S|$/);
    const rest = source.text[next] === "\n" ? next + 1 : next;
    // After several values in a row kubectl no longer takes the rest for YAML, nor if so little is left.
    const refused = parts.length > 1 || Buffer.byteLength(source.text.slice(next, next + 4)) < 4;
    if (problem !== undefined && refused) yield region.error(problem);
    else if (problem !== undefined) yield* this.readYamlDocuments(source, rest, true, new Problem(problem.offset - rest, problem.message, problem.help));
    if (separator === -1 || (problem !== undefined && !refused)) return;
    if (parts.length > 1) yield new Region(source, separator, source.text.length, "yaml").error(new Problem(0, "kubectl reads no --- after several JSON objects in a row.", "Put a --- between all of them, or wrap them in a List."));
    yield* this.readYamlDocuments(source, parts.length > 1 ? separator : rest, true);
  }

  /** Reads the documents from `start` on. `fileStart`: nothing but JSON stands before it in the file. */
  private *readYamlDocuments(source: SourceText, start: number, fileStart: boolean, jsonProblem?: Problem): Generator<RawItem> {
    const { text } = source;
    let chunk = start;
    let separator = text.startsWith("---", start) ? start : nextSeparator(text, start);
    if (separator !== start) yield* this.readYamlChunk(source, start, separator === -1 ? text.length : separator, jsonProblem);
    while (separator !== -1) {
      const lineEnd = text.indexOf("\n", separator);
      const next = lineEnd === -1 ? -1 : nextSeparator(text, lineEnd);
      const afterLine = lineEnd === -1 ? text.length : lineEnd + 1;
      const end = next === -1 ? text.length : next;
      const beside = text.slice(separator + 3, afterLine);
      // kubectl leaves the line to the parser if nothing stands before it.
      chunk = fileStart && separator === chunk ? separator : afterLine;
      if (blankOrComment.test(beside)) yield* this.readYamlChunk(source, chunk, end);
      else yield new Region(source, separator, end, "yaml").error(new Problem(0, "Only a comment may stand beside --- on its line.", "kubectl reads no document that begins there: move it to the next line."));
      separator = next;
    }
  }

  /** `jsonProblem`: why the text is no JSON, reported if it gets no further as YAML. */
  private *readYamlChunk(source: SourceText, start: number, end: number, jsonProblem?: Problem): Generator<RawItem> {
    const region = new Region(source, source.text.charCodeAt(start) === byteOrderMark ? start + 1 : start, end, "yaml");
    const { text } = region;
    if (this.isWanted?.(text) === false) return;
    const result = findInvalid(region) ?? readYaml(text);
    if (result instanceof Problem) {
      yield region.error(text.includes("{{") ? asTemplate(result) : jsonProblem !== undefined && jsonProblem.offset >= result.offset ? jsonProblem : result);
      return;
    }
    for (const { offset, keys } of result.overrides) {
      const names = keys.map((key) => JSON.stringify(key)).join(", ");
      yield region.note(offset, `The merge key << takes back ${names}, set before it: to kubectl the later one counts. Put << first if that is not meant.`);
    }
    if (result.value === null) return;
    region.keep(result.root);
    yield { kind: "value", value: result.value, region };
  }
}

/** Offset of the next line that starts with `---`, from the line break at `from` on; -1 if there is none. */
function nextSeparator(text: string, from: number): number {
  const at = text.indexOf("\n---", from);
  return at === -1 ? -1 : at + 1;
}

function findInvalid(region: Region): Problem | undefined {
  const offset = region.source.firstInvalid(region.start, region.end);
  return offset === undefined ? undefined : new Problem(offset - region.start, "The text is not UTF-8 here.", "Save the file as UTF-8.");
}

function asTemplate({ offset, message }: Problem): Problem {
  return new Problem(offset, `This looks like an unrendered template ({{ … }}). As YAML: ${message}`, "Render it first: helm template CHART | portcullis check -");
}
