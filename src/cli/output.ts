import { createWriteStream } from "node:fs";
import { once } from "node:events";
import { resolve } from "node:path";
import { printable } from "../text/printable.ts";
import { fail, type Io, type Out } from "./io.ts";

/** Pieces are gathered up to about this many characters, so that a report of many small ones costs few writes. */
const batch = 32_768;

/** Writes a report piece by piece, no faster than its reader reads. A reader who leaves early (`| head`) is no error. */
export class Output {
  readonly #stream: Out;
  #pending = "";
  #closed = false;
  #failure: Error | undefined;
  readonly #onError: (error: Error) => void;

  constructor(stream: Out) {
    this.#stream = stream;
    this.#onError = (error) => {
      this.#closed = true;
      if ((error as NodeJS.ErrnoException).code !== "EPIPE") this.#failure = error;
    };
    // Kept for as long as the process lives: the error of a last write may come after the report is done.
    stream.on("error", this.#onError);
  }

  /** Whether nobody reads any more, so that going on is of no use. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Why writing failed, other than by a reader who left. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Takes a piece; resolves when the next one may come. A terminal sees each at once. */
  write(text: string): Promise<void> | undefined {
    this.#pending += text;
    return this.#pending.length >= batch || (this.#stream.isTTY === true && text !== "") ? this.flush() : undefined;
  }

  /** Hands on what has been gathered. */
  async flush(): Promise<void> {
    const text = this.#pending;
    this.#pending = "";
    if (text === "" || this.#closed) return;
    if (!this.#stream.write(text)) await drained(this.#stream);
  }
}

/** Resolves when a stream takes more, or has failed and never will. */
async function drained(stream: Out): Promise<void> {
  const events = ["drain", "error", "close"];
  await new Promise<void>((resolve) => {
    const done = (): void => {
      for (const event of events) stream.off(event, done);
      resolve();
    };
    for (const event of events) stream.on(event, done);
  });
}

/** The stream that a report goes to: standard output, or a file. Undefined after it has been told why the file cannot be written. */
export async function openOutput(io: Io, file: string | undefined): Promise<Out | undefined> {
  if (file === undefined) return io.stdout;
  const stream = createWriteStream(resolve(io.cwd, file));
  try {
    await once(stream, "open");
    return stream;
  } catch (error) {
    fail(io, printable(`The report cannot be written to ${file}: ${(error as Error).message}`));
    return undefined;
  }
}

/** Waits until a file has everything. */
export async function closeOutput(stream: Out): Promise<void> {
  await new Promise<void>((done) => stream.end(done));
}
