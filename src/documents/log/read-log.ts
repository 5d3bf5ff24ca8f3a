import { statSync } from "node:fs";
import { reasonOf } from "../files.ts";
import { fileBytes, unpacked, UnreadableFormat } from "./bytes.ts";
import type { LogError, LogItem } from "./log-value.ts";
import { LogReader } from "./log-reader.ts";

/** A file of a log, from its beginning to its end. */
export interface LogFile {
  /** As the user named it; `-` for standard input. */
  readonly file: string;
  /** Its items in stretches, so that not each of them waits for the next. */
  readonly stretches: AsyncIterable<Iterable<LogItem>>;
}

/**
 * Reads logs of one JSON value a line: files, and standard input as `-`, plain or gzip. A stretch of a file is in memory at a
 * time. What cannot be read is an error at its place, and the rest is read. Never rejects for what a file holds.
 */
export function* readLogs(paths: readonly string[], stdin: AsyncIterable<Buffer | string>): Generator<LogFile, void, undefined> {
  for (const file of paths) yield { file, stretches: stretchesOf(file, () => (file === "-" ? stdin : fileBytes(file))) };
}

async function* stretchesOf(file: string, open: () => AsyncIterable<Buffer | string>): AsyncGenerator<Iterable<LogItem>, void, undefined> {
  const reader = new LogReader(file);
  try {
    if (file !== "-" && statSync(file).isDirectory()) {
      yield [failure(file, 1, "This is a folder.", "Name the files in it.")];
      return;
    }
    for await (const bytes of unpacked(open())) yield reader.push(bytes);
    yield reader.end();
  } catch (error) {
    // What came before the fault has been read; so is the line in which it lies, as far as it goes.
    yield reader.end();
    yield [failure(file, reader.lines + 1, ...explained(error))];
  }
}

const failure = (file: string, line: number, message: string, help?: string): LogError => ({ kind: "error", error: { file, line, column: 1, message, ...(help === undefined ? {} : { help }) } });

function explained(error: unknown): readonly [string, string?] {
  if (error instanceof UnreadableFormat) return [error.message, error.help];
  if (!(error instanceof Error) || !("code" in error)) throw error;
  const code = reasonOf(error);
  return [code.startsWith("Z_") ? `The gzip data is damaged or cut off here (${error.message}), so what follows was not read.` : `The file cannot be read (${code}).`];
}
