import { fileURLToPath } from "node:url";
import type { DescribedDetection } from "../bundle/detections.ts";

/** 0 fine; 1 violations at or above the threshold; 2 bad usage or bad input. */
export type ExitCode = 0 | 1 | 2;

/** A stream that text goes to, and what is known of the terminal behind it. */
export interface Out extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** What a command touches of the world, so that tests can give it another one. */
export interface Io {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: Out;
  readonly stderr: Out;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** The folder of the compiled policy that `check` evaluates, `list` and `explain` describe. */
  readonly bundle: string;
  /** The package's own folder: `policies/` and `package.json` lie in it. */
  readonly root: string;
  /** Loads the detections that `check --events` runs; undefined: from their sources, each time. */
  readonly detections?: () => Promise<readonly DescribedDetection[] | undefined>;
  /** Milliseconds since some moment. */
  readonly now: () => number;
  /** The date and time, for what expires. */
  readonly date: () => Date;
  exitCode: ExitCode;
}

/** The world of this process. `src/cli` and `dist/cli` lie equally deep, so the package is found from both. */
export function processIo(): Io {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  return { stdin: process.stdin, stdout: process.stdout, stderr: process.stderr, env: process.env, cwd: process.cwd(), bundle: `${root}golden/opa`, root, now: () => performance.now(), date: () => new Date(), exitCode: 0 };
}

/** Whether to colour what goes to a stream: only a terminal, and not where NO_COLOR (https://no-color.org) or a dumb terminal forbids. */
export function wantsColors({ env }: Pick<Io, "env">, stream: Out): boolean {
  return stream.isTTY === true && (env["NO_COLOR"] ?? "") === "" && env["TERM"] !== "dumb";
}

/** Writes a sentence about a mistake to standard error and sets the exit code that goes with it. */
export function fail(io: Pick<Io, "stderr" | "exitCode">, ...messages: readonly string[]): void {
  for (const message of messages) io.stderr.write(`error: ${message}\n`);
  io.exitCode = 2;
}
