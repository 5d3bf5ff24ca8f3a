import { spawnSync } from "node:child_process";
import { engineBinary } from "./binaries.mjs";
import { celPolicies, missingLibraries } from "./libraries.mjs";
import { number, ratio } from "./table.mjs";

const container = (index) => ({
  name: `c${index}`, image: `registry.k8s.io/shop/web:1.${index}.0`, ports: [{ containerPort: 8080 + index }],
  securityContext: { allowPrivilegeEscalation: false, privileged: false, capabilities: { drop: ["ALL"] }, readOnlyRootFilesystem: true },
});
const podOf = (count) => ({
  apiVersion: "v1", kind: "Pod", metadata: { name: "web", namespace: "shop" },
  spec: { securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } }, volumes: [{ name: "scratch", emptyDir: {} }], containers: Array.from({ length: count }, (_, index) => container(index)) },
});
const sizes = [1, 10, 100];

/** What the API server counts for our policies in CEL beside others' for the same rule, on Pods that break none of them. */
export async function celSection() {
  const rules = celPolicies();
  const policies = rules.flatMap(({ ours, kyverno, kubescape }) => [ours, kyverno, kubescape].filter((policy) => policy !== undefined));
  const lines = [...policies.map((policy) => ({ policy })), ...sizes.map((size) => ({ request: { resource: "objects", operation: "CREATE", object: podOf(size) } }))];
  const { stdout, status } = spawnSync(engineBinary("admission"), { input: `${lines.map((line) => JSON.stringify(line)).join("\n")}\n`, encoding: "utf8", maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`the admission judge ended with ${status}`);
  const answers = stdout.trim().split("\n").map((line) => JSON.parse(line));
  const refused = answers.slice(0, policies.length).filter(({ errors }) => errors?.length > 0);
  if (refused.length > 0) throw new Error(`the API server does not compile ${refused[0].name}: ${refused[0].errors[0]}`);
  const costs = (policy) => answers.slice(policies.length).map(({ verdicts }) => (policy === undefined ? undefined : verdicts[policies.indexOf(policy)].cost));
  const rows = rules.flatMap(({ control, ours, kyverno, kubescape }) => {
    const [own, theirs, others] = [costs(ours), costs(kyverno), costs(kubescape)];
    return sizes.map((size, index) => [control, number(size), number(own[index]), theirs[index] === undefined ? "" : number(theirs[index]), others[index] === undefined ? "" : number(others[index]), theirs[index] === undefined ? "" : ratio(own[index] / theirs[index])]);
  });
  const met = rules.flatMap(({ ours, kyverno, kubescape }) => [kyverno, kubescape].filter((policy) => policy !== undefined).map((policy) => costs(ours).at(-1) <= costs(policy).at(-1)));
  const missing = missingLibraries();
  return {
    title: "Cost of what is emitted, in CEL",
    text: `Cost units that the API server 1.37 counts for one Pod that breaks nothing, by its own code in process. A policy may spend 10,000,000, one expression 1,000,000. Ours also know the pods of all controllers, skip updates that change nothing, survive null members, and on a violation name every place; theirs name the rule.${missing.length === 0 ? "" : ` Not at hand in this run: ${missing.join(", ")}.`}`,
    columns: ["control", "containers", "ours", "kyverno/policies", "kubescape", "ours, kyverno = 1"],
    rows,
    targets: met.length === 0 ? [] : [{ aim: "a policy costs no more than Kyverno's or Kubescape's for the same rule, on 100 containers", got: `${met.filter(Boolean).length} of ${met.length} comparisons`, met: met.every(Boolean) }],
  };
}
