import { expect, it } from "vitest";
import { bundleOf, emittedObjects } from "./bundle.ts";
import type { ApiAnswer, ApiObject } from "../../../src/verify/live/client.ts";
import { denialOf } from "./denials.ts";
import { historyControl, historyDifferences, historyRollout, prepareHistory } from "./history.ts";
import { applyAll, policiesInForce } from "../../../src/verify/live/in-force.ts";
import { liveCluster } from "./live-cluster.ts";
import { container, podOf } from "./pods.ts";

const controls = ["privileged-containers", "wildcard-rules", "pod-security-labels"];
const exemption = { reason: "a test" };
const bundle = await bundleOf("kubernetes", {
  stage: "audit",
  select: { controls },
  stages: [
    { stage: "warn", controls, namespaces: ["team-*"] },
    { stage: "enforce", controls, namespaces: ["shop", "team-strict"] },
  ],
  exemptions: [
    { controls, namespaces: ["team-old"], ...exemption },
    { controls, namespaces: ["*-dev"], ...exemption },
  ],
});

const history = historyControl();
const historyObjects = await emittedObjects("kubernetes", [history], historyRollout);

const namespaceOf = (name: string, labels: Readonly<Record<string, string>> = {}): ApiObject => ({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels } });

const live = liveCluster(async (cluster) => {
  for (const object of ["shop", "team-a", "team-strict", "team-old", "team-dev", "shop-dev"].map((name) => namespaceOf(name))) expect((await cluster.client.create(object)).status).toBe(201);
  await prepareHistory(cluster.client);
  await applyAll(cluster, [...bundle.objects, ...historyObjects]);
  await policiesInForce(cluster);
});

/** How an answer shows what a control found: refused, warned of, written into the audit log. */
async function shown(answer: ApiAnswer): Promise<string> {
  const failures = await live().audit.failuresOf(answer.auditId);
  const warned = answer.warnings.filter((warning) => warning.startsWith("Validation failed"));
  return [...(denialOf(answer) === undefined ? [] : ["denied"]), ...(warned.length > 0 ? ["warned"] : []), ...(failures.length > 0 ? ["audited"] : [])].join(" and ");
}

const badPod = (namespace: string): ApiObject => podOf("web", [container("app", true)], { namespace });
const badRules = (kind: "Role" | "ClusterRole", namespace?: string): ApiObject => ({ apiVersion: "rbac.authorization.k8s.io/v1", kind, metadata: { name: "all", ...(namespace === undefined ? {} : { namespace }) }, rules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }] });

it("goes as far in each namespace as the target says", async () => {
  const { client } = live();
  const found: Record<string, readonly string[]> = {};
  for (const name of ["default", "shop", "team-a", "team-strict", "team-old", "team-dev", "shop-dev"]) {
    found[name] = [await shown(await client.create(badPod(name), { dryRun: true })), await shown(await client.create(badRules("Role", name), { dryRun: true }))];
  }
  const both = (text: string) => [text, text];
  expect(found).toEqual({
    default: both("audited"),
    shop: both("denied and audited"),
    "team-a": both("warned and audited"),
    "team-strict": both("denied and warned and audited"),
    "team-old": both(""),
    "team-dev": both(""),
    "shop-dev": both(""),
  });
});

it("asks objects outside namespaces for nothing but what holds everywhere, and a Namespace for its own name", async () => {
  const { client } = live();
  expect(await shown(await client.create(badRules("ClusterRole"), { dryRun: true }))).toBe("audited");
  const found = await Promise.all(["new", "team-new", "new-dev"].map(async (name) => shown(await client.create(namespaceOf(name), { dryRun: true }))));
  expect(found).toEqual(["audited", "warned and audited", ""]);
  expect(await shown(await client.update(namespaceOf("shop", { seen: "yes" }), { dryRun: true }))).toBe("denied and audited");
});

it("warns in the words of the plain run, and names the policy", async () => {
  const { warnings } = await live().client.create(badPod("team-a"), { dryRun: true });
  expect(warnings).toEqual(["Validation failed for ValidatingAdmissionPolicy 'privileged-containers.warn.portcullis.dev' with binding 'privileged-containers.warn.portcullis.dev': spec.containers[0].securityContext.privileged: container app is privileged"]);
});

it("writes into the audit log which policy found what, and what came of it", async () => {
  const { auditId } = await live().client.create(badPod("default"), { dryRun: true });
  expect(await live().audit.failuresOf(auditId)).toEqual([
    { binding: "privileged-containers.portcullis.dev", expressionIndex: 0, message: "spec.containers[0].securityContext.privileged: container app is privileged", policy: "privileged-containers.portcullis.dev", validationActions: ["Audit"] },
  ]);
});

it("knows who asks, the labels of the namespace, and the object before an update", async () => {
  expect(await historyDifferences(live().client, history, (answer) => denialOf(answer)?.message)).toEqual([]);
});
