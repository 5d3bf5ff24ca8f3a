import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { expect, it } from "vitest";
import { podCases } from "../arbitraries/pods.ts";
import { difference, expectedTexts } from "../../src/verify/comparison.ts";
import { compiledControls } from "./admission/policies.ts";
import { judgeKyverno, type KyvernoRequest, type KyvernoVerdict } from "./kyverno/judge.ts";
import type { Rollout } from "../../src/backends/rollout.ts";
import { kyvernoTest } from "./kyverno/cli.ts";
import { clusterPoliciesFor, clusterPolicyFor, isInJmespath } from "./kyverno/legacy-policies.ts";
import { isOfConfiguration, looksUp } from "../left-out.ts";

const controls = compiledControls("policies");
const emitted = controls.filter((control) => clusterPolicyFor(control) !== undefined);
const policies = emitted.map((control) => clusterPolicyFor(control));

/** How a verdict differs from the plain run: in what is denied, its paths and its messages. */
function differenceOf(verdict: KyvernoVerdict | undefined, expected: readonly string[]): string | undefined {
  if (verdict === undefined || !verdict.matched) return "the policy did not judge";
  const { message, ...others } = verdict;
  return difference({ ...others, ...(message === undefined ? {} : { message: message.trim() }) }, expected);
}

it("emits a policy for every control of objects that the API serves, most of those for pods in JMESPath", () => {
  expect(controls.filter((control) => !emitted.includes(control)).map(({ id }) => id)).toEqual(controls.filter((control) => isOfConfiguration(control) || looksUp(control)).map(({ id }) => id));
  const ofPods = policies.filter((_, index) => emitted[index]?.check.match.form === "pod-bearing");
  expect(ofPods.filter(isInJmespath).length).toBeGreaterThan(ofPods.length / 2);
});

it("loads every policy by Kyverno's strict decoding and its own validation, warned only of the kind's end", async () => {
  const { reports } = await judgeKyverno(policies, []);
  expect(reports.flatMap(({ errors }) => errors)).toEqual([]);
  // Kyverno takes the names of resources in a list, such as replicasets, for a question about the field replicas.
  const expected = ["kyverno.io/v1 ClusterPolicy is deprecated", "You are matching on replicas but not including the scale subresource"];
  expect(new Set(reports.flatMap(({ warnings }) => warnings).filter((warning) => !expected.some((text) => warning.includes(text))))).toEqual(new Set());
});

it("agrees with the plain run on the own cases of every control, with their parameters and their Kubernetes", async () => {
  const cases = emitted.flatMap((control) => [...control.control.pass, ...control.control.fail].map((each) => ({ control, ...each })));
  const { answers, reports } = await judgeKyverno(
    cases.map(({ control, kubernetesMinor, parameters }) => clusterPolicyFor(control, { ...(kubernetesMinor === undefined ? {} : { minor: kubernetesMinor }), ...(parameters === undefined ? {} : { parameters }) })),
    cases.flatMap(({ object }, place) => [true, false].map((raw): KyvernoRequest => ({ operation: "CREATE", object, raw, policies: [place] }))),
  );
  expect(reports.flatMap(({ errors }) => errors)).toEqual([]);
  expect(cases.length).toBeGreaterThan(100);
  const wrong = answers.flatMap((answer, index) => {
    const each = cases[Math.floor(index / 2)];
    if (answer.error !== undefined || each === undefined) throw new Error(answer.error ?? "an answer too many");
    const { control, kubernetesMinor, parameters } = each;
    const expected = expectedTexts(control, { object: answer.object, ...(parameters === undefined ? {} : { parameters }), ...(kubernetesMinor === undefined ? {} : { kubernetesMinor }) }, "never");
    const found = differenceOf(answer.verdicts[0], expected);
    return found === undefined ? [] : [`${control.id}: ${found}`];
  });
  expect(wrong).toEqual([]);
});

/** Judges objects by all policies, and gives where a policy and the plain run differ. */
async function differences(requests: readonly KyvernoRequest[]): Promise<{ readonly wrong: string[]; readonly refused: number; readonly denied: number }> {
  const { answers } = await judgeKyverno(policies, requests);
  const wrong: string[] = [];
  let [refused, denied] = [0, 0];
  for (const [index, answer] of answers.entries()) {
    if (answer.error !== undefined) {
      refused += 1;
      continue;
    }
    const { object } = answer;
    const { apiVersion, kind } = object as { apiVersion: string; kind: string };
    for (const [place, control] of emitted.entries()) {
      const verdict = answer.verdicts[place];
      if (!control.check.match.kinds.some((each) => each.apiVersion === apiVersion && each.kind === kind)) {
        if (verdict?.matched === true) wrong.push(`${control.id} judged a ${apiVersion} ${kind}`);
        continue;
      }
      if (verdict?.allowed === false) denied += 1;
      const found = differenceOf(verdict, expectedTexts(control, { object }, "never"));
      if (found !== undefined) wrong.push(`${control.id} on request ${index}: ${found}`);
    }
  }
  return { wrong, refused, denied };
}

for (const raw of [false, true]) {
  it(`agrees with the plain run on generated pods, ${raw ? "as they are written, null members and all" : "as the API server decodes them"}`, async () => {
    const requests = fc.sample(podCases(), { numRuns: 500, seed: 37 }).map(({ object }): KyvernoRequest => ({ operation: "CREATE", object, raw }));
    const { wrong, refused, denied } = await differences(requests);
    expect(wrong.slice(0, 20)).toEqual([]);
    expect(refused).toBeLessThan(10);
    expect(denied).toBeGreaterThan(1500);
  });
}

const container = (name: string, privileged: boolean): unknown => ({ name, image: "registry.k8s.io/pause:3.10", securityContext: { privileged } });
const podOf = (spec: unknown, metadata: object = {}): unknown => ({ apiVersion: "v1", kind: "Pod", metadata: { name: "web", namespace: "shop", ...metadata }, spec });

/** What the policy of one control says to each request. */
async function verdictsOf(id: string, requests: readonly KyvernoRequest[], given: Parameters<typeof clusterPolicyFor>[1] = {}): Promise<readonly (KyvernoVerdict | undefined)[]> {
  const control = emitted.find((each) => each.id === id);
  const { answers, reports } = await judgeKyverno([control === undefined ? undefined : clusterPolicyFor(control, given)], requests);
  expect(reports.flatMap(({ errors }) => errors)).toEqual([]);
  return answers.map((answer) => (answer.error === undefined ? answer.verdicts[0] : undefined));
}

/** A control whose policy is written in JMESPath, and one in CEL, each with the part of a container that breaks it. */
const broken = { "privileged-containers": { securityContext: { privileged: true } }, "restricted-capabilities": { securityContext: { capabilities: { drop: ["ALL"], add: ["SYS_ADMIN"] } } } } as const;
const sound = { name: "web", image: "registry.k8s.io/pause:3.10", securityContext: { capabilities: { drop: ["ALL"] } } };

it("tests an update both in JMESPath and in CEL", () => {
  expect(Object.keys(broken).map((id) => isInJmespath(policies[emitted.findIndex((control) => control.id === id)]))).toEqual([true, false]);
});

it.each(Object.entries(broken))("refuses by %s what an update makes worse of an object that was wrong before, and leaves out what changes nothing", async (id, part) => {
  const bad = { containers: [{ ...sound, ...part }] };
  const worse = { containers: [{ ...sound, ...part }, { ...sound, name: "next", ...part }] };
  const update = (oldObject: unknown, object: unknown, raw = false): KyvernoRequest => ({ operation: "UPDATE", oldObject, object, raw });
  const controller = (kind: string, spec: unknown, replicas: number): unknown => {
    const template = { metadata: {}, spec };
    return kind === "CronJob"
      ? { apiVersion: "batch/v1", kind, metadata: { name: "web", namespace: "shop" }, spec: { schedule: "0 3 * * *", suspend: replicas > 1, jobTemplate: { spec: { template } } } }
      : { apiVersion: "apps/v1", kind, metadata: { name: "web", namespace: "shop" }, spec: { replicas, selector: { matchLabels: {} }, template } };
  };
  const judged = await verdictsOf(id, [update(podOf(bad), podOf(worse)), ...["Deployment", "CronJob"].map((kind) => update(controller(kind, bad, 1), controller(kind, worse, 1)))]);
  expect(judged.map((verdict) => [verdict?.allowed, verdict?.blocked])).toEqual([[false, true], [false, true], [false, true]]);
  const skipped = await verdictsOf(id, [
    update(podOf(bad), podOf(bad, { labels: { seen: "yes" } })),
    update(podOf({ ...bad, terminationGracePeriodSeconds: 30 }), podOf({ ...bad, terminationGracePeriodSeconds: 30 }, { annotations: { seen: "yes" } }), true),
    ...["Deployment", "CronJob"].map((kind) => update(controller(kind, bad, 1), controller(kind, bad, 2))),
  ]);
  expect(skipped.map((verdict) => [verdict?.skipped, verdict?.blocked])).toEqual(Array.from({ length: 4 }, () => [true, undefined]));
  const [mended] = await verdictsOf(id, [update(podOf(bad), podOf({ containers: [sound] }))]);
  expect(mended).toMatchObject({ allowed: true });
});

it("judges an update of annotations by the control that reads them", async () => {
  const annotated = (profile: string): unknown => podOf({ containers: [sound] }, { annotations: { "container.apparmor.security.beta.kubernetes.io/web": profile } });
  const [changed, same] = await verdictsOf("apparmor-profile", [
    { operation: "UPDATE", oldObject: annotated("runtime/default"), object: annotated("unconfined") },
    { operation: "UPDATE", oldObject: annotated("unconfined"), object: annotated("unconfined") },
  ]);
  expect(changed).toMatchObject({ allowed: false });
  expect(same).toMatchObject({ skipped: true, allowed: true });
});

it.each(Object.entries(broken))("judges by %s debug containers that join a running Pod", async (id, part) => {
  const joined = (debuggerPart: object): KyvernoRequest => ({
    operation: "UPDATE", resource: "pods", subresource: "ephemeralcontainers", oldObject: podOf({ containers: [sound] }), object: podOf({ containers: [sound], ephemeralContainers: [{ ...sound, name: "debugger", ...debuggerPart }] }),
  });
  const [good, bad] = await verdictsOf(id, [joined({}), joined(part)]);
  expect(good).toMatchObject({ matched: true, allowed: true });
  expect(bad).toMatchObject({ allowed: false, blocked: true, message: expect.stringContaining("spec.ephemeralContainers[0].securityContext.") as string });
});

it("asks nothing of a deletion, of another operation or of another group's kind of the same name", async () => {
  const pod = podOf({ containers: [container("web", true)] });
  const verdicts = await verdictsOf("privileged-containers", [
    { operation: "DELETE", oldObject: pod },
    { operation: "CREATE", raw: true, object: { ...(pod as object), apiVersion: "example.com/v1" } },
  ]);
  expect(verdicts.map((verdict) => [verdict?.matched, verdict?.blocked])).toEqual([[false, undefined], [false, undefined]]);
});

/** Text that Kyverno, its wildcards, or a careless message could take for more than text. */
const hostile = ["a-{{request.operation}}", "{{ unknown }}", "{{- request.operation }}", "\\{{request.operation}}", "$(./../name)", "*", "?*", "%s %d", "it's", '"quoted"', "`null`", "back\\slash", "two\nlines", "{{", "}}", "1Gi", "10s", "é😀", ""];

it.each(Object.entries(broken))("says by %s of containers with hostile names what the plain run says", async (id, part) => {
  const control = emitted.find((each) => each.id === id);
  if (control === undefined) throw new Error(`no ${id}`);
  const objects = [...hostile.map((name) => podOf({ containers: [{ ...sound, ...part, name }] })), podOf({ containers: hostile.map((name) => ({ ...sound, ...part, name })) })];
  const verdicts = await verdictsOf(id, objects.map((object): KyvernoRequest => ({ operation: "CREATE", object, raw: true })));
  expect(verdicts.map((verdict, index) => differenceOf(verdict, expectedTexts(control, { object: objects[index] }))).filter((found) => found !== undefined)).toEqual([]);
});

it("finds nothing lacking in a controller that has no pod", async () => {
  const cronJob = (jobTemplate: unknown): unknown => ({ apiVersion: "batch/v1", kind: "CronJob", metadata: { name: "web", namespace: "shop" }, spec: { schedule: "0 3 * * *", jobTemplate } });
  const objects = [cronJob({}), cronJob({ spec: { template: null } }), cronJob({ spec: { template: { spec: { containers: [{ name: "web", image: "registry.k8s.io/pause:3.10" }] } } } })];
  const verdicts = await verdictsOf("user-namespaces", objects.map((object): KyvernoRequest => ({ operation: "CREATE", object, raw: true, policies: [0] })));
  expect(verdicts.map((verdict) => verdict?.allowed)).toEqual([true, true, false]);
});

it("lets no wildcard in an object pass an allow-list", async () => {
  const image = (text: string): KyvernoRequest => ({ operation: "CREATE", raw: true, object: podOf({ containers: [{ name: "web", image: text }] }) });
  const verdicts = await verdictsOf("allowed-registries", ["*", "?*", "registry.k8s.io/pause", "registry.k8s.iox/pause"].map(image), { parameters: { registries: ["registry.k8s.io"] } });
  expect(verdicts.map((verdict) => verdict?.allowed)).toEqual([false, false, true, false]);
});

it("denies a pod of 500 containers that breaks everything, by every policy that judges it", async () => {
  const context = { privileged: true, allowPrivilegeEscalation: true, procMount: "Unmasked", runAsUser: 0, runAsNonRoot: false, capabilities: { add: ["SYS_ADMIN", "NET_RAW"] }, seccompProfile: { type: "Unconfined" }, appArmorProfile: { type: "Unconfined" }, seLinuxOptions: { type: "spc_t", user: "u", role: "r" }, windowsOptions: { hostProcess: true } };
  const probe = { httpGet: { host: "127.0.0.1", port: 80 } };
  const many = Array.from({ length: 500 }, (_, index) => ({ name: `container-${index}`, image: `ghcr.io:443/team/application/part-${index}:v1.2.3@sha256:${"0".repeat(64)}`, securityContext: context, ports: [{ containerPort: 80, hostPort: 80 }], livenessProbe: probe, readinessProbe: probe }));
  const volumes = Array.from({ length: 500 }, (_, index) => ({ name: `volume-${index}`, hostPath: { path: "/" } }));
  const { wrong, denied, refused } = await differences([{ operation: "CREATE", object: podOf({ containers: many, volumes }) }]);
  expect(wrong).toEqual([]);
  expect(refused).toBe(0);
  expect(denied).toBeGreaterThan(14);
});

it("judges a Pod of a megabyte, of which no policy keeps a copy on Kyverno's account", async () => {
  const { wrong, denied } = await differences([{ operation: "CREATE", object: podOf({ containers: [{ name: "web", args: ["x".repeat(1_000_000)], securityContext: { privileged: true } }] }) }]);
  expect(wrong).toEqual([]);
  expect(denied).toBeGreaterThan(4);
});

it("has the tests beside the policies pass in Kyverno's own command line, each row with a verdict", async () => {
  const folder = fileURLToPath(new URL("../../golden/kyverno-legacy", import.meta.url));
  const rows = await kyvernoTest(folder);
  expect(rows.filter(({ reason, result }) => reason !== "Ok" || result !== "Pass")).toEqual([]);
  const report = JSON.parse(readFileSync(join(folder, "capabilities.json"), "utf8")) as { controls: { control: string; emitted: boolean }[] };
  expect(new Set(rows.map(({ policy }) => policy))).toEqual(new Set(report.controls.filter(({ emitted: is }) => is).map(({ control }) => control)));
  expect(rows.length).toBeGreaterThan(100);
});

const kinds = ["Namespace", "ConfigMap", "ClusterRole"] as const;
const namespaces = ["shop", "team-a", "team-a-dev", "shop-dev", "kube-system"];
const asked = namespaces.flatMap((name) => kinds.map((kind) => ({ kind, name })));

const rollouts: Readonly<Record<string, Rollout>> = {
  "one stage in every namespace": { placements: [{ stage: "enforce", namespaces: ["*"] }], exemptions: [] },
  "a stricter stage by glob, and an exemption by name": { placements: [{ stage: "audit" }, { stage: "enforce", namespaces: ["team-*"] }], exemptions: [{ namespaces: ["kube-system"], reason: "a test" }] },
  "three stages and an exemption by glob": { placements: [{ stage: "audit" }, { stage: "warn", namespaces: ["shop", "*-dev"] }, { stage: "enforce", namespaces: ["team-*"] }], exemptions: [{ namespaces: ["*-dev"], reason: "a test" }] },
  "an exemption of every namespace": { placements: [{ stage: "enforce" }], exemptions: [{ namespaces: ["*"], reason: "a test" }] },
};

it.each(Object.entries(rollouts))("puts a control in force once for each object, as far as the target says: %s", async (_title, rollout) => {
  const control = compiledControls("test/fixtures/rollout").find(({ id }) => id === "marked-objects");
  if (control === undefined) throw new Error("there is no control marked-objects");
  const emittedHere = clusterPoliciesFor(control, { rollout }) as readonly { readonly metadata: { readonly name: string }; readonly spec: { readonly emitWarning?: boolean } }[];
  // The judge asks every policy as one that may refuse, where Kyverno answers with warnings; by itself it asks those that only
  // report after its answer.
  const warns = (name: string): boolean => emittedHere.some(({ metadata, spec }) => metadata.name === name && spec.emitWarning === true);
  const { answers, reports } = await judgeKyverno(
    emittedHere,
    asked.map(({ kind, name }): KyvernoRequest => ({ operation: "CREATE", object: { apiVersion: kind === "ClusterRole" ? "rbac.authorization.k8s.io/v1" : "v1", kind, metadata: { name, ...(kind === "ConfigMap" ? { namespace: name } : {}), labels: { mark: "x" } } } })),
  );
  expect(reports.flatMap(({ errors }) => errors)).toEqual([]);
  const found = answers.map((answer) => {
    const judging = answer.error === undefined ? answer.verdicts.filter(({ allowed }) => !allowed) : [];
    return judging.length > 1 ? "several" : judging[0] === undefined ? "none" : judging[0].blocked === true ? "enforce" : warns(judging[0].policy) ? "warn" : "audit";
  });
  const isIn = (globs: readonly string[], name: string): boolean => globs.some((glob) => new RegExp(`^${glob.replaceAll("*", ".*")}$`).test(name));
  const expected = asked.map(({ kind, name }) => {
    const isOutside = kind === "ClusterRole";
    if (!isOutside && rollout.exemptions.some((exemption) => isIn(exemption.namespaces, name))) return "none";
    const stages = rollout.placements.filter((placement) => placement.namespaces === undefined || (!isOutside && isIn(placement.namespaces, name))).map(({ stage }) => stage);
    return (["enforce", "warn", "audit"] as const).find((stage) => stages.includes(stage)) ?? "none";
  });
  expect(found).toEqual(expected);
});

/** A hand-written policy whose rules deny where an expression finds something. */
const written = (name: string, rules: readonly { readonly found: string; readonly above: number; readonly message: string }[]): unknown => ({
  apiVersion: "kyverno.io/v1",
  kind: "ClusterPolicy",
  metadata: { name, annotations: { "pod-policies.kyverno.io/autogen-controllers": "none" } },
  spec: {
    rules: rules.map(({ found, above, message }, place) => ({
      name: `rule-${place}`,
      match: { any: [{ resources: { kinds: ["v1/Pod"], operations: ["CREATE"] } }] },
      context: [{ name: "found", variable: { jmesPath: found } }],
      validate: { failureAction: "Enforce", allowExistingViolations: false, message, deny: { conditions: { all: [{ key: "{{ length(found) }}", operator: "GreaterThan", value: above }] } } },
    })),
  },
});

it("does for hand-written policies what the emitted ones avoid: Kyverno has not changed", async () => {
  const root = (object: string): string => `${object}.spec.containers[?securityContext.runAsUser == \`0\`].name || \`[]\``;
  const documents = [
    written("second-rule", [{ found: root("request.object"), above: 5, message: "m" }, { found: root("request.object"), above: 0, message: "m" }]),
    written("second-rule-from-json", [{ found: root("request.object"), above: 5, message: "m" }, { found: root("parse_json(to_string(request.object))"), above: 0, message: "m" }]),
    written("message-beside-text", [{ found: "request.object.spec.containers[].name", above: 0, message: "bad: {{ join(', ', found) }}" }]),
    written("message-alone", [{ found: "request.object.spec.containers[].name", above: 0, message: "{{ join(', ', found) }}" }]),
  ];
  const object = podOf({ containers: [{ name: "a-{{request.operation}}", image: "x", securityContext: { runAsUser: 0 } }] });
  const { answers, reports } = await judgeKyverno(documents, [{ operation: "CREATE", object }, { operation: "CREATE", raw: true, object: { ...(object as object), apiVersion: "example.com/v1" } }]);
  expect(reports.flatMap(({ errors }) => errors)).toEqual([]);
  const [core, other] = answers.map((answer) => (answer.error === undefined ? answer.verdicts : []));
  expect(core?.map(({ allowed, message }) => [allowed, message])).toEqual([[true, undefined], [false, "m"], [false, "bad: a-CREATE"], [false, "a-{{request.operation}}"]]);
  expect(other?.map(({ matched }) => matched)).toEqual([true, true, true, true]);
});
