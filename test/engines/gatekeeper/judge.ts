import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { engineBinary } from "../engine.ts";

/** What Gatekeeper's webhook is asked; without an operation, an object as the audit finds it. */
export interface GatekeeperRequest {
  readonly operation?: "CREATE" | "UPDATE" | "DELETE" | "CONNECT";
  readonly object?: unknown;
  readonly oldObject?: unknown;
  readonly userInfo?: { readonly username?: string; readonly groups?: readonly string[] };
  /** The Namespace object, which Gatekeeper looks up itself. */
  readonly namespace?: unknown;
  /** What is in the inventory for this request alone. */
  readonly inventory?: readonly unknown[];
}

/** What Gatekeeper says to a document: an error where it refuses the template, or the constraint. */
export interface DocumentReport {
  readonly name: string;
  readonly error?: string;
}

/** What one constraint finds. Details are what Rego adds to its message. */
export interface GatekeeperViolation {
  readonly kind: string;
  readonly constraint: string;
  readonly action: "deny" | "warn" | "dryrun";
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** What all constraints find; an error alone where Gatekeeper could not review the request. */
export type GatekeeperAnswer = { readonly violations: readonly GatekeeperViolation[]; readonly error?: undefined } | { readonly error: string };

/**
 * Has Gatekeeper's own constraint client, with both drivers, review requests in process. Documents are templates, constraints after
 * their templates, and any other objects, which policies may look up. Rejects where the judge itself fails.
 */
export async function judgeGatekeeper(documents: readonly unknown[], requests: Iterable<GatekeeperRequest>): Promise<{ readonly reports: DocumentReport[]; readonly answers: GatekeeperAnswer[] }> {
  const child = spawn(await engineBinary("gatekeeper-judge"), { stdio: ["pipe", "pipe", "inherit"] });
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
  for (const document of documents) await send({ document });
  for (const request of requests) await send({ request });
  child.stdin.end();
  const [[code]] = await Promise.all([ended, reading]);
  if (code !== 0 || lines.length !== sent) throw new Error(`the gatekeeper judge ended with ${code} after ${lines.length} of ${sent} answers`);
  return { reports: lines.slice(0, documents.length) as DocumentReport[], answers: lines.slice(documents.length) as GatekeeperAnswer[] };
}
