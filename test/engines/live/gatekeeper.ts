import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { engineBinary } from "../engine.ts";
import type { ApiAnswer, ApiObject } from "../../../src/verify/live/client.ts";
import type { Cluster } from "./cluster.ts";
import { applyAll } from "../../../src/verify/live/in-force.ts";
import { moduleObjects } from "./module.ts";
import { freePorts, until } from "../../../src/verify/live/process.ts";
import { type Said, textsByPolicy } from "./said.ts";

const namespace = "gatekeeper-system";

/** Starts Gatekeeper as a process beside the cluster, and has the API server ask it as its own manifest says. Takes some 10 seconds. */
export async function startGatekeeper(cluster: Cluster): Promise<void> {
  const { client, folder, processes } = cluster;
  const manifest = await moduleObjects("gatekeeper", "github.com/open-policy-agent/gatekeeper/v3", "deploy/gatekeeper.yaml");
  const ofKind = (kind: string): readonly ApiObject[] => manifest.filter((object) => object.kind === kind);
  await applyAll(cluster, [...ofKind("Namespace"), ...ofKind("CustomResourceDefinition")]);
  // Gatekeeper owns its status objects through the Pod that it runs in. None runs here, so one is stored that may never run.
  const name = "gatekeeper";
  const securityContext = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] }, runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } };
  await applyAll(cluster, [{ apiVersion: "v1", kind: "Pod", metadata: { name, namespace }, spec: { containers: [{ name, image: "gatekeeper", securityContext }] } }]);

  const certificates = join(folder, "gatekeeper-certificates");
  mkdirSync(certificates);
  copyFileSync(cluster.certificate.certificate, join(certificates, "tls.crt"));
  copyFileSync(cluster.certificate.key, join(certificates, "tls.key"));
  const [port = 0, healthPort = 0, metricsPort = 0] = await freePorts(3);
  cluster.run("gatekeeper", await engineBinary("gatekeeper"), [`--kubeconfig=${cluster.kubeconfig}`, "--host=127.0.0.1", `--port=${port}`, `--cert-dir=${certificates}`, "--disable-cert-rotation", "--operation=webhook", "--operation=status", "--operation=generate", `--health-addr=127.0.0.1:${healthPort}`, `--prometheus-port=${metricsPort}`], { POD_NAME: name, POD_NAMESPACE: namespace, NAMESPACE: namespace });
  await until("Gatekeeper is ready", async () => ((await statusOf(healthPort, "/readyz")) === 200 ? true : undefined), processes);

  const caBundle = readFileSync(cluster.certificate.certificate).toString("base64");
  await applyAll(cluster, ofKind("ValidatingWebhookConfiguration").map((configuration) => {
    const webhooks = configuration["webhooks"] as readonly { readonly clientConfig: { readonly service: { readonly path: string } } }[];
    // Fail, where the manifest says Ignore: a fault of Gatekeeper is not to pass for a verdict.
    return { ...configuration, webhooks: webhooks.map((webhook) => ({ ...webhook, failurePolicy: "Fail", timeoutSeconds: 30, clientConfig: { caBundle, url: `https://127.0.0.1:${port}${webhook.clientConfig.service.path}` } })) };
  }));
  // The API server forgets which kinds there are for a moment after it has learnt new ones.
  await until("the CRDs of Gatekeeper", async () => ((await client.get("/apis/templates.gatekeeper.sh/v1")).status === 200 ? true : undefined), processes);
}

/** What Gatekeeper's processes say of an object, in its status. */
interface PodStatus {
  readonly observedGeneration?: number;
  readonly enforced?: boolean;
  readonly errors?: readonly { readonly message?: string }[];
}

/** What Gatekeeper says of every constraint whose template asks for no ValidatingAdmissionPolicy, though it judges by it all the same. */
const withoutPolicy = "cannot generate ValidatingAdmissionPolicyBinding";

/** Waits until Gatekeeper says of templates and constraints that it judges by them. Rejects where it says what is wrong with one. */
export async function knownToGatekeeper({ client, processes }: Cluster, objects: readonly ApiObject[]): Promise<void> {
  // A SyncSet has no status: whether it is heeded shows in what the constraints find among other objects.
  for (const object of objects.filter(({ kind }) => kind !== "SyncSet")) {
    const status = await until(`Gatekeeper knows ${object.kind} ${object.metadata.name}`, async () => {
      const { body } = await client.get(`${await client.collectionOf(object)}/${object.metadata.name}`);
      const { byPod = [] } = (body["status"] ?? {}) as { readonly byPod?: readonly PodStatus[] };
      return byPod.find((each) => each.observedGeneration === body.metadata["generation"] && (object.kind === "ConstraintTemplate" || each.enforced === true || each.errors !== undefined));
    }, processes);
    const errors = (status.errors ?? []).filter(({ message = "" }) => !message.startsWith(withoutPolicy));
    if (errors.length > 0) throw new Error(`${object.kind} ${object.metadata.name}: ${JSON.stringify(errors)}`);
  }
}

/** `[name of a constraint] message`, a line each, in a refusal and in warnings. */
export function saidByGatekeeper({ body, status, warnings }: ApiAnswer): Said {
  const [, refusal = ""] = (status < 300 ? null : /^admission webhook "validation\.gatekeeper\.sh" denied the request: ([^]*)$/.exec(body.message ?? "")) ?? [];
  const parts = (text: string) => text.split(/^\[([^\]\s]+)\] /m).slice(1);
  return { denied: textsByPolicy(parts(refusal)), warned: textsByPolicy(warnings.flatMap(parts)) };
}

const statusOf = (port: number, path: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    request({ host: "127.0.0.1", port, path }, (response) => (response.resume(), resolve(response.statusCode))).on("error", reject).end();
  });
