import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { DocumentReader } from "./document-reader.ts";
import { FileFinder, reasonOf } from "./files.ts";
import { isHelmTemplate } from "./helm.ts";
import { fileError, noteItem, type ReadItem } from "./read-item.ts";
import { Segments, stretchSize, TooLarge } from "./segments.ts";
import type { SourceText } from "./source-text.ts";
import { type Counter, unpack } from "./unpack.ts";

/** Where `-` reads from. `stdinText` wins over `stdin`; without either it is the process's own input. */
export interface ReadOptions {
  readonly stdin?: NodeJS.ReadableStream;
  readonly stdinText?: string;
}

/**
 * Reads the Kubernetes objects of files, folders and standard input (`-`), in a stable order: paths as given,
 * folders sorted by path, documents as in the text. One file is in memory at a time, of a large one a
 * stretch. What cannot be read is an error at its place, and the rest is read; nothing is left out without an
 * error or a note, but for empty documents. Never throws for what a file holds.
 */
export async function* readDocuments(paths: readonly string[], options: ReadOptions = {}): AsyncGenerator<ReadItem, void, undefined> {
  const finder = new FileFinder();
  for (const path of paths) {
    if (path === "-") yield* readInput(options);
    else {
      // Written out: `yield*` over a plain generator would wait for every item twice.
      for (const found of finder.find(path)) {
        if (found.kind !== "file") yield found;
        else for (const item of readFile(found.file, found.size)) yield item;
      }
    }
  }
}

async function* readInput({ stdin = process.stdin, stdinText }: ReadOptions): AsyncGenerator<ReadItem, void, undefined> {
  const reader = new FileReader("-");
  try {
    for await (const chunk of stdinText === undefined ? stdin : [Buffer.from(stdinText)]) yield* reader.push(typeof chunk === "string" ? Buffer.from(chunk) : chunk);
    yield* reader.end();
  } catch (error) {
    yield reader.failure(error);
  }
}

function* readFile(file: string, size: number): Generator<ReadItem> {
  const reader = new FileReader(file);
  try {
    if (size <= stretchSize) yield* reader.push(readFileSync(file));
    else for (const chunk of readChunks(file)) yield* reader.push(chunk);
    yield* reader.end();
  } catch (error) {
    yield reader.failure(error);
  }
}

function* readChunks(file: string): Generator<Buffer> {
  const descriptor = openSync(file, "r");
  try {
    for (;;) {
      const chunk = Buffer.allocUnsafeSlow(stretchSize);
      const length = readSync(descriptor, chunk);
      if (length === 0) return;
      yield chunk.subarray(0, length);
    }
  } finally {
    closeSync(descriptor);
  }
}

/** How much of a file is looked at to see whether it holds text. */
const sampleSize = 4096;

/** What a file yields as its bytes come in. */
class FileReader {
  private readonly file: string;
  private readonly segments: Segments;
  private readonly documents = new DocumentReader();
  private readonly counter: Counter = { documents: 0 };
  private yielded = 0;
  private stopped = false;

  constructor(file: string) {
    this.file = file;
    this.segments = new Segments(file);
  }

  *push(bytes: Buffer): Generator<ReadItem> {
    const text = this.stopped ? undefined : this.segments.push(bytes);
    if (text !== undefined) yield* this.read(text);
  }

  *end(): Generator<ReadItem> {
    if (!this.stopped) yield* this.read(this.segments.end());
    if (this.yielded === 0) yield noteItem(this.file, "The file holds no document.");
  }

  /** What to say when the bytes stop coming. A bug of ours is thrown on. */
  failure(error: unknown): ReadItem {
    if (error instanceof TooLarge) return fileError(this.file, "One document is too large to read: more than 512 MB.", "Split it.");
    if (!(error instanceof Error) || !("code" in error)) throw error;
    return fileError(this.file, `The file cannot be read (${reasonOf(error)}).`);
  }

  private *read(source: SourceText): Generator<ReadItem> {
    const fault = this.wholeFault(source.text);
    for (const item of fault === undefined ? this.documents.read(source) : [fault]) {
      this.yielded += 1;
      if (item.kind === "value") yield* unpack(item, this.counter);
      else yield item;
    }
  }

  /** What makes a file unreadable as a whole. */
  private wholeFault(text: string): ReadItem | undefined {
    if (this.yielded > 0) return undefined;
    if (text.slice(0, sampleSize).includes("\0")) return this.stop("This is no text file.", "If it is UTF-16, save it as UTF-8.");
    if (text.includes("{{") && isHelmTemplate(this.file)) return this.stop("This is a Helm template that is not rendered.", "Render the chart and pipe the result: helm template CHART | portcullis check -");
    return undefined;
  }

  private stop(message: string, help: string): ReadItem {
    this.stopped = true;
    return fileError(this.file, message, help);
  }
}
