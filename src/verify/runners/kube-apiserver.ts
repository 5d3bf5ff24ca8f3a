import { parseAllDocuments } from "yaml";
import type { CompiledControl } from "../../backends/backend.ts";
import { namespaceMatches, namespaceOf } from "../../backends/namespaces.ts";
import { difference, expectedTexts } from "../comparison.ts";
import type { ApiObject } from "../live/client.ts";
import { type Cluster, startCluster } from "../live/cluster.ts";
import { applyAll, policiesInForce } from "../live/in-force.ts";
import { ask, each, type LiveCases, liveCases, requestOf } from "../live/own-cases.ts";
import { type Bundle, type Runner, type RunnerReport, Tally } from "../runner.ts";

/**
 * A real API server, started for this and stopped after: it decodes, defaults and validates each of the controls' own and derived objects, and writes into its
 * audit log all that the bundle's policies find. The bindings only audit here; which requests they are for is as delivered.
 */
export const kubeApiserver: Runner = {
  name: "kube-apiserver",
  backends: ["kubernetes"],
  command: "kube-apiserver",
  companion: "etcd",
  async run(bundle, apiserver, etcd = "etcd") {
    const objects = appliedObjects(bundle);
    const cluster = await startCluster({ apiserver, etcd });
    let kept = true;
    try {
      const emitted = new Set(objects.map(({ metadata }) => metadata.annotations?.["portcullis.dev/control"]));
      const controls = bundle.controls.filter(({ id }) => emitted.has(id));
      const live = await liveCases(cluster.client, controls, bundle.derived);
      await applyAll(cluster, objects.map(auditing));
      await policiesInForce(cluster);
      const report = await judged(bundle, controls, live, cluster);
      kept = false;
      return report;
    } finally {
      await cluster.stop(kept);
    }
  },
};

/** What the Kustomization applies. */
function appliedObjects({ files }: Bundle): readonly ApiObject[] {
  const contentOf = (path: string): readonly unknown[] => parseAllDocuments(String(files.find((file) => file.path === path)?.content ?? "")).map((document) => document.toJS() as unknown);
  const [kustomization] = contentOf("kustomization.yaml") as readonly ({ readonly resources: readonly string[] } | null)[];
  return (kustomization?.resources ?? []).flatMap((path) => contentOf(path) as readonly ApiObject[]);
}

/** A binding that writes what it finds into the audit log, whatever it would do else. */
const auditing = (object: ApiObject): ApiObject =>
  object.kind === "ValidatingAdmissionPolicyBinding" ? { ...object, spec: { ...(object["spec"] as Readonly<Record<string, unknown>>), validationActions: ["Audit"] } } : object;

async function judged(bundle: Bundle, controls: readonly CompiledControl[], { cases, refused }: LiveCases, { audit, client }: Cluster): Promise<RunnerReport> {
  const tally = new Tally();
  const expected = new Map(controls.map(({ id }) => [id, 0]));
  // Answers come in any order; what is told of them keeps the order of the cases.
  const answers = await each(cases, async (asked) => {
    const control = controls.find(({ id }) => asked.about.startsWith(`${id} `));
    if (control === undefined) throw new Error(`${asked.about} is of no control`);
    expected.set(control.id, (expected.get(control.id) ?? 0) + 1);
    const { auditId, body, status } = await ask(client, asked);
    if (status >= 300) return { asked, control, said: body.message ?? String(status) };
    const failures = (await audit.failuresOf(auditId)).filter(({ policy }) => policy === `${control.id}.portcullis.dev` || (policy.startsWith(`${control.id}.`) && policy.endsWith(".portcullis.dev")));
    const [failure] = failures;
    const texts = isJudged(bundle, control, body) ? expectedTexts(control, { ...requestOf(asked, body), kubernetesMinor: bundle.settings.kubernetesMinor, parameters: bundle.settings.parameters[control.id] ?? {} }, "never") : [];
    const differs = difference({ allowed: failure === undefined, ...(failure === undefined ? {} : { message: failure.message }) }, texts);
    return { asked, control, said: differs };
  });
  for (const { asked, control, said } of answers) tally.add(control.id, said === undefined ? undefined : `${asked.about}: ${said}`);
  return { outcomes: tally.outcomes(expected), faults: [], notes: refused.map(({ about, reason }) => `${about} reaches no policy, since the API server itself refuses it: ${reason}`) };
}

/** Whether the target has the control in force where an object is. */
function isJudged({ rollout }: Bundle, { id }: CompiledControl, object: unknown): boolean {
  const { exemptions, placements } = rollout(id);
  const namespace = namespaceOf(object);
  const lies = (globs: readonly string[]): boolean => namespace !== undefined && globs.some((glob) => namespaceMatches(glob, namespace));
  return placements.some(({ namespaces }) => namespaces === undefined || lies(namespaces)) && !exemptions.some(({ namespaces }) => lies(namespaces));
}
