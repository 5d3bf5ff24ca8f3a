import { expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { emitKubernetes } from "../../../src/backends/kubernetes/index.ts";
import { newestMinor } from "../../../src/plain/judge.ts";
import { targetSettings } from "../../target-settings.ts";
import { compiledControls } from "../admission/policies.ts";
import { difference, expectedTexts } from "../admission/comparison.ts";
import { bundleOf } from "./bundle.ts";
import type { ApiAnswer, ApiObject, RequestOptions } from "./client.ts";
import { denialOf } from "./denials.ts";
import { applyAll, policiesInForce } from "./in-force.ts";
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

/** Reads who asks, the namespace's labels and the object before; in force in one namespace. */
const history = compiledControls("test/fixtures/rego").find(({ id }) => id === "history");
if (history === undefined) throw new Error("there is no control history");
const { files } = emitKubernetes({
  controls: [history],
  settings: { kubernetesMinor: newestMinor, controls: { history: true }, parameters: {} },
  target: targetSettings("enforce", { rollout: () => ({ placements: [{ stage: "enforce", namespaces: ["history"] }], exemptions: [] }) }),
  sourceOf: () => undefined,
  compiler: "auto",
});
const historyObjects = files.filter(({ path }) => path.endsWith("/history.yaml")).flatMap(({ content }) => parseAllDocuments(String(content)).map((document) => document.toJS() as ApiObject));

const namespaceOf = (name: string, labels: Readonly<Record<string, string>> = {}): ApiObject => ({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels } });
const historyNamespace = namespaceOf("history", { strict: "true" });

const live = liveCluster(async (cluster) => {
  for (const object of [historyNamespace, ...["shop", "team-a", "team-strict", "team-old", "team-dev", "shop-dev"].map((name) => namespaceOf(name))]) expect((await cluster.client.create(object)).status).toBe(201);
  expect((await cluster.client.create(podOf("running", [container("app", false)], { namespace: "history", labels: { app: "web" }, annotations: { note: "first" } }))).status).toBe(201);
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
  const { client } = live();
  const pod = (app: string, note: string): ApiObject => podOf("running", [container("app", false)], { namespace: "history", labels: { app }, annotations: { note } });
  const old = (await client.get("/api/v1/namespaces/history/pods/running")).body;
  const namespace = (await client.get("/api/v1/namespaces/history")).body;
  const { spec } = old;
  const users: readonly NonNullable<RequestOptions["as"]>[] = [{ name: "ann", groups: ["f"] }, { name: "bob", groups: ["f", "g"] }, { name: "system:serviceaccount:shop:deployer", groups: ["system:serviceaccounts", "system:serviceaccounts:shop"] }];
  for (const as of users) {
    for (const [app, note] of [["web", "first"], ["api", "first"], ["web", "second"]] as const) {
      const object = { ...pod(app, note), spec };
      const answer = await client.update(object, { dryRun: true, as });
      const user = { username: as.name, groups: [...(as.groups ?? []), "system:authenticated"] };
      const expected = app === "web" && note === "first" ? [] : expectedTexts(history, { object, oldObject: old, operation: "UPDATE", user, namespace });
      const denial = denialOf(answer);
      expect(answer.status).toBe(denial === undefined ? 200 : 422);
      expect(difference({ policy: "history", allowed: denial === undefined, cost: 0, ...(denial === undefined ? {} : { message: denial.message }) }, expected), `${as.name} ${app} ${note}`).toBeUndefined();
    }
    const created = denialOf(await client.create({ ...pod("web", "first"), metadata: { ...pod("web", "first").metadata, name: "other" } }, { dryRun: true, as }));
    expect(created?.message.includes(`user ${as.name}`)).toBe(as.groups?.includes("g") !== true);
    expect(created?.message).toContain("metadata.namespace: strict");
  }
});
