import { engineBinary } from "../engine.ts";
import type { ApiObject } from "./client.ts";
import type { Cluster } from "./cluster.ts";
import { applyAll } from "./in-force.ts";
import { moduleObjects } from "./module.ts";
import { freePorts, until } from "./process.ts";

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
      "--enablePolicyException=true",
      "--exceptionNamespace=*",
      "--backgroundServiceAccountName=system:serviceaccount:kyverno:kyverno-background-controller",
      "--reportsServiceAccountName=system:serviceaccount:kyverno:kyverno-reports-controller",
    ],
    { INIT_CONFIG: "kyverno", METRICS_CONFIG: "kyverno-metrics", KYVERNO_NAMESPACE: namespace, KYVERNO_SERVICEACCOUNT_NAME: "kyverno-admission-controller", KYVERNO_DEPLOYMENT: "kyverno-admission-controller", KYVERNO_POD_NAME: "kyverno", KYVERNO_SVC: "kyverno-svc" },
  );
  await until("Kyverno's webhooks for policies", async () => {
    const { body } = await cluster.client.get("/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations");
    const names = (body["items"] as readonly ApiObject[]).map(({ metadata }) => String(metadata.name));
    return names.some((name) => name.startsWith("kyverno-policy-validating")) ? true : undefined;
  }, cluster.processes, 120);
}
