import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { engineBinary } from "../engine.ts";

/** What Kyverno's webhook is asked. Objects are decoded into the API server's own types first, unless they are to be judged `raw`. */
export interface KyvernoRequest {
  readonly operation: "CREATE" | "UPDATE" | "DELETE" | "CONNECT";
  readonly object?: unknown;
  readonly oldObject?: unknown;
  readonly raw?: boolean;
  /** The plural; where it is left out, that which Kubernetes itself guesses from the kind. */
  readonly resource?: string;
  readonly subresource?: string;
  readonly user?: { readonly username?: string; readonly groups?: readonly string[] };
  readonly roles?: readonly string[];
  readonly clusterRoles?: readonly string[];
  /** The Namespace object, which Kyverno looks up itself. */
  readonly namespace?: unknown;
  /** What policies find for this request when they list objects. */
  readonly inventory?: readonly unknown[];
  /** The places of the documents that judge; all policies where none is named. */
  readonly policies?: readonly number[];
}

/** What Kyverno says to a document's creation: errors refuse it. */
export interface KyvernoReport {
  readonly kind: string;
  readonly name: string;
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

/** What one policy says to a request, and what its webhook answers, which depends on the policy's action. */
export interface KyvernoVerdict {
  readonly policy: string;
  /** Whether the policy's match takes the request at all. */
  readonly matched: boolean;
  /** Whether the policy finds nothing, whatever its action. */
  readonly allowed: boolean;
  /** Whether a condition or an exception left the request out. */
  readonly skipped?: true;
  /** Whether an exception did. */
  readonly exempt?: true;
  readonly message?: string;
  /** Why the policy could not be evaluated. Where it is set and nothing matched, Kyverno runs no such policy at all. */
  readonly error?: string;
  readonly blocked?: true;
  readonly response?: string;
  readonly warnings?: readonly string[];
}

/** The object as the policies saw it and what each of them says; an error alone where the API server would not decode it. */
export type KyvernoAnswer = { readonly object: unknown; readonly verdicts: readonly KyvernoVerdict[]; readonly error?: undefined } | { readonly error: string };

/**
 * Has Kyverno's own admission code judge requests. Documents are ValidatingPolicies, ClusterPolicies, and PolicyExceptions of
 * either; each policy has its say alone. Rejects where the judge itself fails.
 */
export async function judgeKyverno(documents: readonly unknown[], requests: Iterable<KyvernoRequest>): Promise<{ readonly reports: KyvernoReport[]; readonly answers: KyvernoAnswer[] }> {
  const child = spawn(await engineBinary("kyverno-judge"), { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(child, "close") as Promise<[number | null]>;
  const lines: unknown[] = [];
  const reading = (async () => {
    for await (const line of createInterface({ input: child.stdout, crlfDelay: Infinity })) lines.push(JSON.parse(line));
  })();
  child.stdin.on("error", () => {}); // a judge that ended early says so by its exit code
  let sent = 0;
  const send = async (message: unknown): Promise<void> => {
    sent += 1;
    if (!child.stdin.write(`${escapedJson(message)}\n`) && child.exitCode === null) await Promise.race([once(child.stdin, "drain"), ended]);
  };
  for (const document of documents) await send({ document });
  for (const request of requests) await send({ request });
  child.stdin.end();
  const [[code]] = await Promise.all([ended, reading]);
  if (code !== 0 || lines.length !== sent) throw new Error(`the kyverno judge ended with ${code} after ${lines.length} of ${sent} answers`);
  return { reports: lines.slice(0, documents.length) as KyvernoReport[], answers: lines.slice(documents.length) as KyvernoAnswer[] };
}

/** JSON whose characters may all stand in YAML too, as which Kyverno reads a document. */
const escapedJson = (value: unknown): string => JSON.stringify(value).replace(/[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
