import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { resources } from "../../../src/kubernetes/generated/resources.ts";
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

/** What stands in the API server beside the policies. */
export interface AdmissionCluster {
  readonly bindings: readonly unknown[];
  /** All of them: an object in another one is refused. */
  readonly namespaces: readonly unknown[];
  readonly configMaps?: readonly unknown[];
}

/** What the API server answers where bindings say where and how far policies go. */
export interface AdmissionOutcome {
  /** Why the request is refused; undefined where it is not. */
  readonly denied?: string;
  readonly warnings: readonly string[];
  /** What stands in the audit log. */
  readonly audited: readonly { readonly policy: string; readonly binding: string; readonly message: string }[];
  readonly error?: string;
}

/** Has the API server's own admission code judge requests by ValidatingAdmissionPolicies. Rejects where the judge itself fails. */
export async function judge(policies: readonly unknown[], requests: Iterable<AdmissionRequest>): Promise<{ readonly reports: PolicyReport[]; readonly answers: AdmissionAnswer[] }> {
  const lines = await converse([...policies.map((policy) => ({ policy })), ...[...requests].map((request) => ({ request: { resource: "objects", ...request } }))]);
  return { reports: lines.slice(0, policies.length) as PolicyReport[], answers: lines.slice(policies.length) as AdmissionAnswer[] };
}

/**
 * Has it judge requests by policies where bindings put them in force, through its own dispatcher. `refused` is what the API
 * server would say to the creation of the policies and bindings.
 */
export async function admit(policies: readonly unknown[], cluster: AdmissionCluster, requests: readonly AdmissionRequest[]): Promise<{ readonly refused: readonly string[]; readonly outcomes: readonly AdmissionOutcome[] }> {
  const lines = await converse([...policies.map((policy) => ({ policy })), { cluster }, ...requests.map((request) => ({ admit: { ...request, resource: request.resource ?? resourceOf(request.object) } }))]);
  const refused = (lines.slice(0, policies.length + 1) as readonly { readonly errors: readonly string[] }[]).flatMap(({ errors }) => errors);
  return { refused, outcomes: lines.slice(policies.length + 1) as AdmissionOutcome[] };
}

function resourceOf(object: unknown): string {
  const { apiVersion, kind } = object as { readonly apiVersion: string; readonly kind: string };
  const served: Readonly<Record<string, { readonly plural: string }>> = resources;
  const plural = served[`${apiVersion}/${kind}`]?.plural;
  if (plural === undefined) throw new Error(`no API server serves ${apiVersion} ${kind}`);
  return plural;
}

/** Sends all messages, and gives the answers in their order. */
async function converse(messages: readonly object[]): Promise<readonly unknown[]> {
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
  for (const message of messages) await send(message);
  child.stdin.end();
  const [[code]] = await Promise.all([ended, reading]);
  if (code !== 0 || lines.length !== sent) throw new Error(`the admission judge ended with ${code} after ${lines.length} of ${sent} answers`);
  return lines;
}
