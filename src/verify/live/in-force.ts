import type { ApiObject } from "./client.ts";
import type { Cluster } from "./cluster.ts";
import { each } from "./own-cases.ts";
import { until } from "./process.ts";

/** Applies objects, each of which the API server must take without a warning but those that are expected. */
export async function applyAll({ client }: Pick<Cluster, "client">, objects: readonly ApiObject[], expectedWarning?: RegExp): Promise<void> {
  for (const { object, answer } of await each(objects, async (object) => ({ object, answer: await client.apply(object, { fieldValidation: "Strict" }) }))) {
    const said = [...(answer.status < 300 ? [] : [answer.body.message]), ...answer.warnings.filter((warning) => expectedWarning?.test(warning) !== true)];
    if (said.length > 0) throw new Error(`${object.kind} ${object.metadata.name}: ${said.join("; ")}`);
  }
}

let canaries = 0;

/**
 * Waits until the API server judges by every admission policy and binding that was applied before. It learns of them in the
 * order in which they were written: so it knows them all once it knows one more, which refuses one ConfigMap.
 */
export async function policiesInForce(cluster: Cluster): Promise<void> {
  const name = `canary-${(canaries += 1)}`;
  const policy = `${name}.portcullis.test`;
  const api = { apiVersion: "admissionregistration.k8s.io/v1", metadata: { name: policy } };
  const configMap = { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "default" } };
  await applyAll(cluster, [
    {
      ...api,
      kind: "ValidatingAdmissionPolicy",
      spec: { matchConstraints: { resourceRules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["configmaps"], resourceNames: [name] }] }, validations: [{ expression: "false" }] },
    },
  ]);
  await applyAll(cluster, [{ ...api, kind: "ValidatingAdmissionPolicyBinding", spec: { policyName: policy, validationActions: ["Deny"] } }]);
  await until("the policies are in force", async () => (await cluster.client.create(configMap, { dryRun: true })).status >= 400 || undefined, cluster.processes);
}
