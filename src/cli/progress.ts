import { plural } from "../text/plural.ts";
import type { Io } from "./io.ts";

const firstAfter = 1000;
const againAfter = 200;

/** A line on standard error that counts what is done: only on a terminal, and only once the work has taken a second. */
export class Progress {
  readonly #io: Io;
  readonly #noun: string;
  readonly #start: number;
  #next: number;
  #shown = false;

  /** `noun` names one of what is counted. */
  constructor(io: Io, noun: string) {
    this.#io = io;
    this.#noun = noun;
    this.#start = io.now();
    this.#next = io.stderr.isTTY === true ? this.#start + firstAfter : Number.POSITIVE_INFINITY;
  }

  /** Shows how far the work is, if it is time to. */
  update(count: number): void {
    const now = this.#io.now();
    if (now < this.#next) return;
    this.#next = now + againAfter;
    this.#shown = true;
    this.#io.stderr.write(`\r\u001b[K${plural(count, this.#noun)} in ${Math.round((now - this.#start) / 1000)} s`);
  }

  /** Takes the line away, before anything else is written to the same terminal. */
  clear(): void {
    if (!this.#shown) return;
    this.#shown = false;
    this.#io.stderr.write("\r\u001b[K");
  }
}
