import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { DocumentReader } from "./document-reader.ts";
import { FileFinder, reasonOf } from "./files.ts";
import { fileError, noteItem, type ReadItem } from "./read-item.ts";
import { Segments, stretchSize, TooLarge } from "./segments.ts";
import type { SourceText } from "./source-text.ts";
import { type Counter, unpack } from "./unpack.ts";
import { Unrendered } from "./unrendered.ts";

/** Where `-` reads from. `stdinText` wins over `stdin`; without either it is the process's own input. */
export interface ReadOptions {
  readonly stdin?: NodeJS.ReadableStream;
  readonly stdinText?: string;
  /** Tells by a YAML document's text whether it is to be read, for whoever looks for some alone. */
  readonly isWanted?: (text: string) => boolean;
}

/**
 * Reads the Kubernetes objects of files, folders and standard input (`-`), in a stable order: paths as given,
 * folders sorted by path, documents as in the text. One file is in memory at a time, of a large one a
 * stretch. What cannot be read is an error at its place, and the rest is read; nothing is left out without an
 * error or a note, but for empty documents. Never throws for what a file holds.
 */
export async function* readDocuments(paths: readonly string[], options: ReadOptions = {}): AsyncGenerator<ReadItem, void, undefined> {
  const finder = new FileFinder();
  const unrendered = new Unrendered();
  for (const path of paths) {
    if (path === "-") yield* readInput(options, unrendered);
    else {
      // Written out: `yield*` over a plain generator would wait for every item twice.
      for (const found of finder.find(path)) {
        if (found.kind !== "file") yield found;
        else for (const item of readFile(found.file, found.size, unrendered, options)) yield item;
      }
    }
  }
}

async function* readInput({ isWanted, stdin = process.stdin, stdinText }: ReadOptions, unrendered: Unrendered): AsyncGenerator<ReadItem, void, undefined> {
  const reader = new FileReader("-", unrendered, isWanted);
  try {
    for await (const chunk of stdinText === undefined ? stdin : [Buffer.from(stdinText)]) yield* reader.push(typeof chunk === "string" ? Buffer.from(chunk) : chunk);
    yield* reader.end();
  } catch (error) {
    yield reader.failure(error);
  }
}

function* readFile(file: string, size: number, unrendered: Unrendered, { isWanted }: ReadOptions): Generator<ReadItem> {
  const reader = new FileReader(file, unrendered, isWanted);
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
  private readonly unrendered: Unrendered;
  private readonly segments: Segments;
  private readonly documents: DocumentReader;
  private readonly counter: Counter = { documents: 0 };
  private yielded = 0;
  private stopped = false;

  constructor(file: string, unrendered: Unrendered, isWanted: ((text: string) => boolean) | undefined) {
    this.file = file;
    this.documents = new DocumentReader(isWanted);
    this.unrendered = unrendered;
    this.segments = new Segments(file);
  }

  *push(bytes: Buffer): Generator<ReadItem> {
    const text = this.stopped ? undefined : this.segments.push(bytes);
    if (text !== undefined) yield* this.read(text);
  }

  *end(): Generator<ReadItem> {
    if (!this.stopped) yield* this.read(this.segments.end());
    if (this.yielded === 0 && !this.stopped) yield noteItem(this.file, "The file holds no document.");
  }

  /** What to say when the bytes stop coming. A bug of ours is thrown on. */
  failure(error: unknown): ReadItem {
    if (error instanceof TooLarge) return fileError(this.file, "One document is too large to read: more than 512 MB.", "Split it.");
    if (!(error instanceof Error) || !("code" in error)) throw error;
    return fileError(this.file, `The file cannot be read (${reasonOf(error)}).`);
  }

  private *read(source: SourceText): Generator<ReadItem> {
    for (const item of this.insteadOfDocuments(source.text) ?? this.documents.read(source)) {
      this.yielded += 1;
      if (item.kind === "value") yield* unpack(item, this.counter);
      else yield item;
    }
  }

  /** What there is to say of a file whose documents cannot be read, none of them. */
  private insteadOfDocuments(text: string): readonly ReadItem[] | undefined {
    if (this.yielded > 0) return undefined;
    const instead = text.slice(0, sampleSize).includes("\0") ? [fileError(this.file, "This is no text file.", "If it is UTF-16, save it as UTF-8.")] : this.unrendered.insteadOf(this.file, text);
    this.stopped = instead !== undefined;
    return instead;
  }
}
