import { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { DescribedDetection } from "../../src/bundle/detections.ts";
import type { Io } from "../../src/cli/io.ts";
import { run } from "../../src/cli/program.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** A stream that keeps what is written to it. */
export class Sink extends Writable {
  text = "";
  isTTY = false;
  columns = 80;

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error) => void): void {
    this.text += chunk.toString();
    done();
  }
}

export interface World {
  readonly stdin?: string | Buffer;
  /** The detections of `check --events`. */
  readonly detections?: readonly DescribedDetection[];
  /** The folder that a command runs in. */
  readonly cwd?: string;
  readonly stdout?: Sink;
  readonly stderr?: Sink;
  readonly env?: Readonly<Record<string, string>>;
  readonly bundle?: string;
  /** Milliseconds that each look at the clock lies after the one before. */
  readonly tick?: number;
  /** What the clock shows. */
  readonly date?: string;
}

/** Runs a command line in a made-up world that holds the policy of test/fixtures/opa. */
export async function portcullis(args: readonly string[], world: World = {}): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const { stdin = "", stdout = new Sink(), stderr = new Sink(), env = {}, bundle = `${root}test/fixtures/opa`, tick = 0, cwd = root, detections, date = "2026-11-25T12:00:00Z" } = world;
  let time = 0;
  const now = (): number => (time += tick);
  const io: Io = { stdin: Readable.from([stdin]), stdout, stderr, env, cwd, bundle, root, now, date: () => new Date(date), exitCode: 0, ...(detections === undefined ? {} : { detections: async () => detections }) };
  const code = await run(args, io);
  return { code, out: stdout.text, err: stderr.text };
}

/** A Pod with further lines of its spec. */
export const pod = (rest = ""): string => `apiVersion: v1\nkind: Pod\nmetadata: { name: web }\nspec:\n  containers: [{ name: web, image: registry.k8s.io/web }]\n${rest}`;
