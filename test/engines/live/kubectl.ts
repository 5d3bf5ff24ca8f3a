import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { engineBinary } from "../engine.ts";
import type { Cluster } from "./cluster.ts";

/** Applies a Kustomization as the documentation says, with strict validation. Rejects where an object is refused. */
export async function kubectlApply({ folder, kubeconfig }: Cluster, kustomization: string): Promise<{ readonly applied: readonly string[]; readonly said: readonly string[] }> {
  // The name of the client's field manager, so that what it applies later replaces what is applied here.
  const args = ["--kubeconfig", kubeconfig, "apply", "--server-side", "--field-manager=live", "--validate=strict", "-k", kustomization];
  const { stderr, stdout } = await promisify(execFile)(await engineBinary("kubectl"), args, { env: { ...process.env, HOME: folder } });
  const lines = (text: string): readonly string[] => text.split("\n").filter((line) => line !== "");
  return { applied: lines(stdout), said: lines(stderr) };
}
