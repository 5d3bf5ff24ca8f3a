import fc from "fast-check";
import { expect, it } from "vitest";
import { podCases } from "../arbitraries/pods.ts";
import { difference, expectedTexts } from "../../src/verify/comparison.ts";
import { compiledControls } from "./admission/policies.ts";
import { judgeKyverno, type KyvernoRequest, type KyvernoVerdict } from "./kyverno/judge.ts";
import { kyvernoDocuments } from "./kyverno/policies.ts";
import { isOfConfiguration } from "../left-out.ts";

const controls = compiledControls("policies");
const emitted = controls.filter((control) => kyvernoDocuments(control).length > 0);
const policies = emitted.flatMap((control) => kyvernoDocuments(control));

/** How a verdict differs from the plain run: in what is denied, its paths and its messages, without the ends that the API server trims. */
function differenceOf(verdict: KyvernoVerdict | undefined, expected: readonly string[]): string | undefined {
  if (verdict === undefined || !verdict.matched) return "the policy did not judge";
  return difference({ ...verdict, message: (verdict.message ?? "").trim() }, expected);
}

it("emits a policy for every control of objects that the API serves", () => {
  expect(controls.filter((control) => !emitted.includes(control)).map(({ id }) => id)).toEqual(controls.filter(isOfConfiguration).map(({ id }) => id));
  expect(policies.length).toBe(emitted.length);
});

it("has every policy decoded strictly, validated and compiled by Kyverno without an error or a warning", async () => {
  const { reports } = await judgeKyverno(policies, []);
  expect(reports.filter(({ errors, warnings }) => errors.length + warnings.length > 0)).toEqual([]);
  expect(reports.map(({ name }) => name)).toEqual(emitted.map(({ id }) => id));
});

it("would be told of a policy that Kyverno refuses: an unknown member, a wrong type, no rule", async () => {
  const [policy] = policies as [{ spec: object }];
  const broken = [{ ...policy.spec, validationAction: ["Deny"] }, { ...policy.spec, validations: [{ expression: "1" }] }, { ...policy.spec, matchConstraints: {} }];
  const { reports } = await judgeKyverno(broken.map((spec) => ({ ...policy, spec })), []);
  expect(reports.map(({ errors }) => errors.join())).toEqual([expect.stringContaining("unknown field"), expect.stringContaining("of type bool"), expect.stringContaining("at least one resource rule")]);
});

it("agrees with the plain run on the own cases of every control, with their parameters and their Kubernetes", async () => {
  const cases = emitted.flatMap((control) => [...control.control.pass, ...control.control.fail].map((each) => ({ control, ...each })));
  const { answers, reports } = await judgeKyverno(
    cases.flatMap(({ control, kubernetesMinor, parameters }) => kyvernoDocuments(control, { ...(kubernetesMinor === undefined ? {} : { minor: kubernetesMinor }), ...(parameters === undefined ? {} : { parameters }) })),
    cases.flatMap(({ object, others }, place) => [true, false].map((raw): KyvernoRequest => ({ operation: "CREATE", object, raw, policies: [place], ...(others === undefined ? {} : { inventory: others }) }))),
  );
  expect(reports.flatMap(({ errors }) => errors)).toEqual([]);
  expect(reports.length).toBe(cases.length);
  expect(cases.length).toBeGreaterThan(140);
  const wrong = answers.flatMap((answer, index) => {
    const each = cases[Math.floor(index / 2)];
    if (answer.error !== undefined || each === undefined) throw new Error(answer.error ?? "an answer too many");
    const { control, kubernetesMinor, others = [], parameters } = each;
    const [verdict] = answer.verdicts;
    // Kyverno tells of its scans, and of what nobody asks for, as of creations by nobody: those are of whatever there is.
    const expected = expectedTexts(control, { object: answer.object, others, ...(parameters === undefined ? {} : { parameters }), ...(kubernetesMinor === undefined ? {} : { kubernetesMinor }) });
    const found = differenceOf(verdict, expected) ?? ((verdict?.blocked === true) === expected.length > 0 ? undefined : "the webhook answers otherwise than its policy");
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
        if (verdict?.matched !== false) wrong.push(`${control.id} judged a ${apiVersion} ${kind}`);
        continue;
      }
      if (verdict?.allowed === false) denied += 1;
      const found = differenceOf(verdict, expectedTexts(control, { object }));
      if (found !== undefined) wrong.push(`${control.id} on request ${index}: ${found}`);
    }
  }
  return { wrong, refused, denied };
}

for (const raw of [false, true]) {
  it(`agrees with the plain run on generated pods, ${raw ? "as they are written, null members and all" : "as the API server decodes them"}`, async () => {
    const requests = fc.sample(podCases(), { numRuns: 1000, seed: 37 }).map(({ object }): KyvernoRequest => ({ operation: "CREATE", object, raw }));
    const { wrong, refused, denied } = await differences(requests);
    expect(wrong.slice(0, 20)).toEqual([]);
    expect(refused).toBeLessThan(10);
    expect(denied).toBeGreaterThan(2000);
  });
}

const container = (name: string, privileged: boolean): unknown => ({ name, image: "registry.k8s.io/pause:3.10", securityContext: { privileged } });
const podOf = (spec: unknown, metadata: object = {}): unknown => ({ apiVersion: "v1", kind: "Pod", metadata: { name: "web", namespace: "shop", ...metadata }, spec });

/** What the policy of one control says to each request. */
async function verdictsOf(id: string, requests: readonly KyvernoRequest[]): Promise<readonly (KyvernoVerdict | undefined)[]> {
  const place = emitted.findIndex((control) => control.id === id);
  const { answers } = await judgeKyverno([policies[place]], requests);
  return answers.map((answer) => (answer.error === undefined ? answer.verdicts[0] : undefined));
}

it("judges debug containers that join a running Pod", async () => {
  const running = { containers: [container("web", false)] };
  const joined = (privileged: boolean): KyvernoRequest => ({ operation: "UPDATE", subresource: "ephemeralcontainers", oldObject: podOf(running), object: podOf({ ...running, ephemeralContainers: [container("debugger", privileged)] }) });
  const [good, bad] = await verdictsOf("privileged-containers", [joined(false), joined(true)]);
  expect(good).toMatchObject({ matched: true, allowed: true });
  expect(bad).toMatchObject({ allowed: false, blocked: true, message: "spec.ephemeralContainers[0].securityContext.privileged: container debugger is privileged" });
});

it("leaves out an update that changes nothing that the control reads, and judges one that does", async () => {
  const bad = { containers: [container("web", true)] };
  const update = (oldObject: unknown, object: unknown): KyvernoRequest => ({ operation: "UPDATE", oldObject, object });
  const controller = (kind: string, spec: unknown, replicas: number): unknown => {
    const template = { metadata: {}, spec };
    return kind === "CronJob"
      ? { apiVersion: "batch/v1", kind, metadata: { name: "web" }, spec: { schedule: "0 3 * * *", suspend: replicas > 1, jobTemplate: { spec: { template } } } }
      : { apiVersion: "apps/v1", kind, metadata: { name: "web" }, spec: { replicas, selector: { matchLabels: {} }, template } };
  };
  const worse = { containers: [container("web", true), container("next", true)] };
  const skipped = await verdictsOf("privileged-containers", [
    update(podOf(bad), podOf(bad, { labels: { seen: "yes" } })),
    update(podOf(bad), podOf(bad, { annotations: { "container.apparmor.security.beta.kubernetes.io/web": "unconfined" } })),
    ...["Deployment", "CronJob"].map((kind) => update(controller(kind, bad, 1), controller(kind, bad, 2))),
  ]);
  expect(skipped.map((verdict) => [verdict?.matched, verdict?.skipped, verdict?.blocked])).toEqual(Array(4).fill([true, true, undefined]));
  const judged = await verdictsOf("privileged-containers", [update(podOf(bad), podOf(worse)), ...["Deployment", "CronJob"].map((kind) => update(controller(kind, bad, 1), controller(kind, worse, 1)))]);
  expect(judged.map((verdict) => verdict?.blocked)).toEqual([true, true, true]);
});

it("judges an update of annotations by the control that reads them", async () => {
  const annotated = (profile: string): unknown => podOf({ containers: [container("web", false)] }, { annotations: { "container.apparmor.security.beta.kubernetes.io/web": profile } });
  const [changed, same] = await verdictsOf("apparmor-profile", [
    { operation: "UPDATE", oldObject: annotated("runtime/default"), object: annotated("unconfined") },
    { operation: "UPDATE", oldObject: annotated("unconfined"), object: annotated("unconfined") },
  ]);
  expect(changed).toMatchObject({ allowed: false, blocked: true });
  expect(same).toMatchObject({ skipped: true, allowed: true });
});

it("judges a pod of 500 containers that breaks everything within the time that a webhook has, and keeps a message", async () => {
  const context = { privileged: true, allowPrivilegeEscalation: true, procMount: "Unmasked", runAsUser: 0, runAsNonRoot: false, capabilities: { add: ["SYS_ADMIN", "NET_RAW"] }, seccompProfile: { type: "Unconfined" }, appArmorProfile: { type: "Unconfined" }, seLinuxOptions: { type: "spc_t", user: "u", role: "r" }, windowsOptions: { hostProcess: true } };
  const probe = { httpGet: { host: "127.0.0.1", port: 80 } };
  const many = Array.from({ length: 500 }, (_, index) => ({ name: `container-${index}`, image: `ghcr.io:443/team/application/part-${index}:v1.2.3@sha256:${"0".repeat(64)}`, securityContext: context, ports: [{ containerPort: 80, hostPort: 80 }], livenessProbe: probe, readinessProbe: probe }));
  const volumes = Array.from({ length: 500 }, (_, index) => ({ name: `volume-${index}`, hostPath: { path: "/" } }));
  const started = performance.now();
  const { wrong, denied, refused } = await differences([{ operation: "CREATE", object: podOf({ containers: many, volumes }) }]);
  expect(wrong).toEqual([]);
  expect(refused).toBe(0);
  expect(denied).toBeGreaterThan(15);
  // All policies one after the other, the judge's start with them, on a machine that may be busy; each has ten seconds of its own.
  expect(performance.now() - started).toBeLessThan(60_000);
});
