import { plural } from "../text/plural.ts";
import type { Io } from "./io.ts";

const firstAfter = 1000;
const againAfter = 200;

/** A line on standard error that counts documents: only on a terminal, and only once the work has taken a second. */
export class Progress {
  readonly #io: Io;
  readonly #start: number;
  #next: number;
  #shown = false;

  constructor(io: Io) {
    this.#io = io;
    this.#start = io.now();
    this.#next = io.stderr.isTTY === true ? this.#start + firstAfter : Number.POSITIVE_INFINITY;
  }

  /** Shows how far the work is, if it is time to. */
  update(documents: number): void {
    const now = this.#io.now();
    if (now < this.#next) return;
    this.#next = now + againAfter;
    this.#shown = true;
    this.#io.stderr.write(`\r\u001b[K${plural(documents, "document")} in ${Math.round((now - this.#start) / 1000)} s`);
  }

  /** Takes the line away, before anything else is written to the same terminal. */
  clear(): void {
    if (!this.#shown) return;
    this.#shown = false;
    this.#io.stderr.write("\r\u001b[K");
  }
}
