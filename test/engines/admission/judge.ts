import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { engineBinary } from "../engine.ts";

/** What is asked of the API server. Objects are decoded into its own types first, unless they are to be judged `raw`. */
export interface AdmissionRequest {
  readonly operation: "CREATE" | "UPDATE";
  readonly object: unknown;
  readonly oldObject?: unknown;
  readonly raw?: boolean;
  readonly resource?: string;
  readonly subresource?: string;
  readonly user?: { readonly name: string; readonly groups?: readonly string[] };
  /** The places of the policies that judge; all of them where none is named. */
  readonly policies?: readonly number[];
  /** The Namespace object. */
  readonly namespace?: unknown;
}

/** What the API server says to a policy's creation: errors refuse it, warnings stand in its status. */
export interface PolicyReport {
  readonly name: string;
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

/** What one policy says to a request. `error` is one of the evaluation; `cost` counts against 10,000,000 units. */
export interface AdmissionVerdict {
  readonly policy: string;
  readonly allowed: boolean;
  /** Whether a match condition left the request out. */
  readonly skipped?: true;
  readonly message?: string;
  readonly error?: string;
  readonly cost: number;
}

/** The object as the policies saw it and what each of them says; an error alone where the API server would not decode it. */
export type AdmissionAnswer = { readonly object: unknown; readonly verdicts: readonly AdmissionVerdict[] } | { readonly error: string };

/** Has the API server's own admission code judge requests by ValidatingAdmissionPolicies. Rejects where the judge itself fails. */
export async function judge(policies: readonly unknown[], requests: Iterable<AdmissionRequest>): Promise<{ readonly reports: PolicyReport[]; readonly answers: AdmissionAnswer[] }> {
  const child = spawn(await engineBinary("admission"), { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(child, "close") as Promise<[number | null]>;
  const lines: unknown[] = [];
  const reading = (async () => {
    for await (const line of createInterface({ input: child.stdout, crlfDelay: Infinity })) lines.push(JSON.parse(line));
  })();
  child.stdin.on("error", () => {}); // a judge that ended early says so by its exit code
  let sent = 0;
  const send = async (message: unknown): Promise<void> => {
    sent += 1;
    if (!child.stdin.write(`${JSON.stringify(message)}\n`) && child.exitCode === null) await Promise.race([once(child.stdin, "drain"), ended]);
  };
  for (const policy of policies) await send({ policy });
  for (const request of requests) await send({ request: { resource: "objects", ...request } });
  child.stdin.end();
  const [[code]] = await Promise.all([ended, reading]);
  if (code !== 0 || lines.length !== sent) throw new Error(`the admission judge ended with ${code} after ${lines.length} of ${sent} answers`);
  return { reports: lines.slice(0, policies.length) as PolicyReport[], answers: lines.slice(policies.length) as AdmissionAnswer[] };
}
