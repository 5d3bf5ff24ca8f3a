import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { engineBinary } from "../engine.ts";

/** The checks of k8s.io/pod-security-admission 0.37, as its registry names them. */
export type CheckId =
  | "allowPrivilegeEscalation" | "appArmorProfile" | "capabilities_baseline" | "capabilities_restricted" | "hostNamespaces"
  | "hostPathVolumes" | "hostPorts" | "hostProbesAndHostLifecycle" | "privileged" | "procMount" | "procMount_restricted"
  | "restrictedVolumes" | "runAsNonRoot" | "runAsUser" | "seLinuxOptions" | "seccompProfile_baseline" | "seccompProfile_restricted"
  | "sysctls" | "windowsHostProcess";

/**
 * A Pod, or an object of a built-in kind that holds a pod template, under the policy of Kubernetes 1.`minor`. The API server
 * fills in defaults before it judges: a volume without a source is an emptyDir, and in a Pod with hostNetwork (not in a
 * template) every container port is a host port. `raw` judges the object as it is written.
 */
export interface PodSecurityCase {
  readonly minor: number;
  readonly object: unknown;
  readonly raw?: boolean;
}

/** What one check says by itself, whatever a restricted check overrides. `absent`: it did not exist at that minor. */
export interface CheckVerdict {
  readonly level: "baseline" | "restricted";
  readonly allowed: boolean;
  readonly absent?: true;
  readonly reason?: string;
  readonly detail?: string;
}

/** What a namespace of that level says: the checks of the level, without those that others override. */
export interface LevelVerdict {
  readonly allowed: boolean;
  readonly reasons: readonly string[];
  readonly detail?: string;
}

/** Kubernetes' verdict; an error alone where the API server would not decode the object, or it holds no pod. */
export type PodSecurityVerdict =
  | { readonly checks: Readonly<Record<CheckId, CheckVerdict>>; readonly levels: Readonly<Record<"baseline" | "restricted", LevelVerdict>> }
  | { readonly error: string };

/** The official verdicts, in the order of the cases. Rejects where the judge itself fails. */
export async function judge(cases: Iterable<PodSecurityCase>): Promise<PodSecurityVerdict[]> {
  const child = spawn(await engineBinary("pod-security"), { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(child, "close") as Promise<[number | null]>;
  const verdicts: PodSecurityVerdict[] = [];
  const reading = (async () => {
    for await (const line of createInterface({ input: child.stdout, crlfDelay: Infinity })) {
      const { id, ...verdict } = JSON.parse(line) as PodSecurityVerdict & { id: number };
      verdicts[id] = verdict;
    }
  })();
  child.stdin.on("error", () => {}); // a judge that ended early says so by its exit code
  let sent = 0;
  for (const { minor, object, raw } of cases) {
    const line = `${JSON.stringify({ id: sent++, minor, raw, object })}\n`;
    if (!child.stdin.write(line) && child.exitCode === null) await Promise.race([once(child.stdin, "drain"), ended]);
  }
  child.stdin.end();
  const [[code]] = await Promise.all([ended, reading]);
  if (code !== 0 || verdicts.length !== sent) throw new Error(`the Pod Security judge ended with ${code} after ${verdicts.length} of ${sent} verdicts`);
  return verdicts;
}
