import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { engineBinary } from "../engine.ts";

/** What Tetragon's own code says of a policy. */
export interface Verdict {
  readonly faults: readonly string[];
  /** The bytes of each hook's selectors in the kernel. */
  readonly bytes: readonly number[];
  /** The kernel to whose types the hooks were held; empty where it tells none. */
  readonly kernel: string;
}

/** Has Tetragon's code load policies. */
export async function loadInTetragon(policies: readonly unknown[]): Promise<readonly Verdict[]> {
  const child = spawn(await engineBinary("tetragon"), { stdio: ["pipe", "pipe", "ignore"] });
  child.stdin.end(policies.map((policy) => `${JSON.stringify(policy)}\n`).join(""));
  const answers = (await text(child.stdout)).split("\n").filter((line) => line !== "");
  if (answers.length !== policies.length) throw new Error(`Tetragon's code answered for ${answers.length} of ${policies.length} policies`);
  return answers.map((line) => JSON.parse(line) as Verdict);
}
