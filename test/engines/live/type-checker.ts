import { engineBinary } from "../engine.ts";
import type { ApiObject } from "../../../src/verify/live/client.ts";
import type { Cluster } from "./cluster.ts";
import { freePorts, until } from "../../../src/verify/live/process.ts";

/** Starts what writes the status of admission policies: a controller of its own, the only one that runs. */
export async function startTypeChecker(cluster: Cluster): Promise<void> {
  const [port = 0] = await freePorts(1);
  cluster.run("kube-controller-manager", await engineBinary("kube-controller-manager"), [`--kubeconfig=${cluster.kubeconfig}`, `--cert-dir=${cluster.folder}`, "--bind-address=127.0.0.1", `--secure-port=${port}`, "--leader-elect=false", "--controllers=validatingadmissionpolicy-status-controller"]);
}

/** What the type checker warns of in policies, each with the policy's name, once it has seen them all. */
export async function typeWarnings({ client, processes }: Cluster, policies: readonly ApiObject[]): Promise<readonly string[]> {
  const warnings: string[] = [];
  for (const policy of policies) {
    const found = await until(`the type check of ${policy.metadata.name}`, async () => {
      const { body } = await client.get(`${await client.collectionOf(policy)}/${policy.metadata.name}`);
      const { observedGeneration, typeChecking } = (body["status"] ?? {}) as { readonly observedGeneration?: number; readonly typeChecking?: { readonly expressionWarnings?: readonly { readonly fieldRef: string; readonly warning: string }[] } };
      return observedGeneration === body.metadata["generation"] ? typeChecking : undefined;
    }, processes);
    warnings.push(...(found.expressionWarnings ?? []).map(({ fieldRef, warning }) => `${policy.metadata.name} ${fieldRef}: ${warning}`));
  }
  return warnings;
}
