import { readJson } from "./json/read.ts";
import type { ReadItem } from "./read-item.ts";
import { Region } from "./region.ts";
import type { SourceText } from "./source-text.ts";
import type { JsonValue } from "./syntax/json-value.ts";
import { Problem } from "./syntax/problem.ts";
import { readYaml } from "./yaml/read.ts";

const byteOrderMark = 0xfeff;
const jsonStart = /^[\s\u0085]*\{/;
const jsonObjectStart = /^\s*\{\s*["}]/;

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
  private jsonValues = 0;

  *read(source: SourceText): Generator<RawItem> {
    const { text } = source;
    const { first } = this;
    this.first = false;
    if (first && jsonStart.test(text)) {
      const end = nextSeparator(text, 0);
      yield* this.readJsonChunk(source, 0, end === -1 ? text.length : end);
      if (end !== -1) yield* this.readYamlChunks(source, end);
    } else if (!first || text.startsWith("---")) yield* this.readYamlChunks(source, 0, first);
    else {
      const end = nextSeparator(text, 0);
      yield* this.readYamlChunk(source, 0, end === -1 ? text.length : end);
      if (end !== -1) yield* this.readYamlChunks(source, end);
    }
  }

  /** Reads the documents from a `---` on. `keep`: leave the first line to the parser, as kubectl does at a file's start. */
  private *readYamlChunks(source: SourceText, separator: number, keep = false): Generator<RawItem> {
    const { text } = source;
    if (this.jsonValues > 1) yield new Region(source, separator, text.length, "yaml").error(new Problem(0, "kubectl reads no --- after several JSON objects in a row.", "Put a --- between all of them, or wrap them in a List."));
    this.jsonValues = 0;
    for (let at = separator, next = -1; at !== -1; at = next) {
      const lineEnd = text.indexOf("\n", at);
      next = lineEnd === -1 ? -1 : nextSeparator(text, lineEnd);
      const start = lineEnd === -1 ? text.length : lineEnd + 1;
      const end = next === -1 ? text.length : next;
      const beside = text.slice(at + 3, start).trim();
      if (beside === "" || beside.startsWith("#")) yield* this.readYamlChunk(source, keep && at === separator ? at : start, end);
      else yield new Region(source, at, end, "yaml").error(new Problem(0, "Only a comment may stand beside --- on its line.", "kubectl reads no document that begins there: move it to the next line."));
    }
  }

  private *readJsonChunk(source: SourceText, start: number, end: number): Generator<RawItem> {
    const text = source.text.slice(start, end);
    const { parts, problem, fault } = readJson(text);
    const region = new Region(source, start, end, "json");
    this.jsonValues = parts.length;
    for (const part of parts) {
      const place = new Region(source, start + part.start, start + part.end, "json");
      const invalid = findInvalid(place);
      if (invalid !== undefined) yield place.error(invalid);
      else if (part.value !== null) yield { kind: "value", value: part.value, region: place };
    }
    if (fault !== undefined) yield region.error(fault);
    // Where several JSON values stand in a row, kubectl no longer takes the rest for YAML.
    else if (problem !== undefined && parts.length > 1) yield region.error(problem);
    else if (problem !== undefined) {
      const rest = start + (parts[0]?.end ?? 0);
      const space = /^[^\S\n]*\n?/.exec(source.text.slice(rest, end))?.[0].length ?? 0;
      yield* this.readYamlChunk(source, rest + space, end, problem.offset >= rest + space - start && jsonObjectStart.test(text) ? new Problem(problem.offset - (rest + space - start), problem.message, problem.help) : undefined);
    }
  }

  /** `jsonProblem` is reported instead of what is wrong with the text as YAML. */
  private *readYamlChunk(source: SourceText, start: number, end: number, jsonProblem?: Problem): Generator<RawItem> {
    const region = new Region(source, source.text.charCodeAt(start) === byteOrderMark ? start + 1 : start, end, "yaml");
    const { text } = region;
    const result = findInvalid(region) ?? readYaml(text);
    if (result instanceof Problem) {
      yield region.error(text.includes("{{") ? asTemplate(result) : (jsonProblem ?? result));
      return;
    }
    for (const { offset, keys } of result.overrides) {
      const names = keys.map((key) => JSON.stringify(key)).join(", ");
      yield region.note(offset, `The merge key << takes back ${names}, set before it: to kubectl the later one counts. Put << first if that is not meant.`);
    }
    if (result.value !== null) yield { kind: "value", value: result.value, region };
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
