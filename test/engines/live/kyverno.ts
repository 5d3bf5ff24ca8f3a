import { load } from "js-yaml";
import { engineBinary } from "../engine.ts";
import type { ApiAnswer, ApiObject } from "../../../src/verify/live/client.ts";
import type { Cluster } from "./cluster.ts";
import { applyAll } from "../../../src/verify/live/in-force.ts";
import { moduleObjects } from "./module.ts";
import { freePorts, until } from "../../../src/verify/live/process.ts";
import { type Said, textsByPolicy } from "./said.ts";

const namespace = "kyverno";

/** Starts Kyverno's admission controller as a process beside the cluster, configured as its own manifest does. It registers its webhooks by itself. */
export async function startKyverno(cluster: Cluster): Promise<void> {
  const manifest = await moduleObjects("kyverno-controller", "github.com/kyverno/kyverno", "config/install-latest-testing.yaml");
  const ofKind = (...kinds: readonly string[]): readonly ApiObject[] => manifest.filter(({ kind }) => kinds.includes(kind));
  await applyAll(cluster, [{ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } }]);
  await applyAll(cluster, ofKind("ConfigMap", "ServiceAccount", "CustomResourceDefinition"));
  const [port = 0, metricsPort = 0] = await freePorts(2);
  cluster.run(
    "kyverno",
    await engineBinary("kyverno-controller"),
    [
      `--kubeconfig=${cluster.kubeconfig}`,
      `--serverIP=127.0.0.1:${port}`,
      "--webhookServerHost=127.0.0.1",
      `--webhookServerPort=${port}`,
      "--caSecretName=kyverno-ca",
      "--tlsSecretName=kyverno-tls",
      "--disableMetrics=true",
      `--controllerRuntimeMetricsAddress=127.0.0.1:${metricsPort}`,
      "--enableTuf=false",
      // Of each ClusterPolicy in CEL it asks for the namespace of each object (docs/engine-notes.md).
      "--clientRateLimitQPS=5000",
      "--clientRateLimitBurst=5000",
      "--enablePolicyException=true",
      "--exceptionNamespace=kyverno",
      "--backgroundServiceAccountName=system:serviceaccount:kyverno:kyverno-background-controller",
      "--reportsServiceAccountName=system:serviceaccount:kyverno:kyverno-reports-controller",
    ],
    { INIT_CONFIG: "kyverno", METRICS_CONFIG: "kyverno-metrics", KYVERNO_NAMESPACE: namespace, KYVERNO_SERVICEACCOUNT_NAME: "kyverno-admission-controller", KYVERNO_DEPLOYMENT: "kyverno-admission-controller", KYVERNO_POD_NAME: "kyverno", KYVERNO_SVC: "kyverno-svc" },
  );
  // It registers its webhooks before it has a certificate to serve them with. So it is ready once it judges policies themselves.
  await until("Kyverno takes policies", async () => {
    const registered = (await cluster.client.get("/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations")).body["items"] as readonly ApiObject[];
    if (!registered.some(({ metadata }) => metadata.name?.startsWith("kyverno-policy-validating"))) return undefined;
    const { body, status } = await cluster.client.create(anyPolicy, { dryRun: true });
    if (status !== 201) throw new Error(body.message);
    return true;
  }, cluster.processes, 120);
}

const anyPolicy: ApiObject = {
  apiVersion: "kyverno.io/v1",
  kind: "ClusterPolicy",
  metadata: { name: "any" },
  spec: { rules: [{ name: "any", match: { any: [{ resources: { kinds: ["Pod"] } }] }, validate: { failureAction: "Audit", message: "any", pattern: { metadata: { name: "*" } } } }] },
};

/** Waits until Kyverno says of policies that it judges by them. */
export async function knownToKyverno({ client, processes }: Cluster, objects: readonly ApiObject[]): Promise<void> {
  for (const object of objects.filter(({ kind }) => kind.endsWith("Policy"))) {
    await until(`Kyverno knows ${object.kind} ${object.metadata.name}`, async () => {
      const { body } = await client.get(`${await client.collectionOf(object)}/${object.metadata.name}`);
      const { conditions = [], conditionStatus } = (body["status"] ?? {}) as { readonly conditions?: readonly { readonly type: string; readonly status: string }[]; readonly conditionStatus?: { readonly ready?: boolean } };
      return conditionStatus?.ready === true || conditions.some(({ status, type }) => type === "Ready" && status === "True") ? true : undefined;
    }, processes);
  }
}

/** What the resource filters of Kyverno's own configuration leave out, of what the tests ask. */
export const isLeftOutByKyverno = ({ kind, metadata }: ApiObject): boolean => kind === "ReplicaSet" || kind === "Node" || ["kube-system", "kube-public", "kube-node-lease", "kyverno"].includes(String(kind === "Namespace" ? metadata.name : metadata.namespace)) || (/^ClusterRole(Binding)?$/.test(kind) && metadata.name?.startsWith("kyverno:") === true);

/**
 * A policy with match conditions has a webhook of its own, and of several that refuse the API server tells of one.
 * `Policy NAME failed: message`, joined by `; ` in a refusal and one each in warnings.
 */
export function saidByKyverno({ body, status, warnings }: ApiAnswer): Said {
  const [, refusal = ""] = (status < 300 ? null : /^admission webhook "vpol\.[^"]*" denied the request: ([^]*)$/.exec(body.message ?? "")) ?? [];
  const parts = (text: string) => text.split(/(?:^|; )Policy (\S+) (?:failed|error): /).slice(1);
  return { denied: textsByPolicy(parts(refusal)), warned: textsByPolicy(warnings.flatMap(parts)) };
}

/** A map of policies to rules to messages as YAML in a refusal, and `policy NAME.RULE: message` in warnings. */
export function saidByKyvernoLegacy({ body, status, warnings }: ApiAnswer): Said {
  const [, refusal] = (status < 300 ? null : /^admission webhook "validate\.kyverno[^"]*" denied the request:[^]*?following policies \n\n([^]*)$/.exec(body.message ?? "")) ?? [];
  const policies = refusal === undefined ? {} : (load(refusal) as Readonly<Record<string, Readonly<Record<string, string>>>>);
  return {
    denied: textsByPolicy(Object.entries(policies).flatMap(([policy, rules]) => Object.values(rules).flatMap((text) => [policy, text]))),
    warned: textsByPolicy(warnings.flatMap((warning) => warning.split(/^policy ([^\s.]+)\.\S+: /).slice(1))),
  };
}
