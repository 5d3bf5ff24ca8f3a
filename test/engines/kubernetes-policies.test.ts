import fc from "fast-check";
import { expect, it } from "vitest";
import { podCases } from "../arbitraries/pods.ts";
import { difference, expectedTexts } from "../../src/verify/comparison.ts";
import { type AdmissionRequest, type AdmissionVerdict, judge } from "./admission/judge.ts";
import { compiledControls, policyFor } from "./admission/policies.ts";
import { isOfConfiguration, looksUp } from "../left-out.ts";

const controls = compiledControls("policies");
const emitted = controls.filter((control) => policyFor(control) !== undefined);
const policies = emitted.map((control) => policyFor(control));

it("emits a policy for every control of objects that the API serves", () => {
  expect(controls.filter((control) => !emitted.includes(control)).map(({ id }) => id)).toEqual(controls.filter((control) => isOfConfiguration(control) || looksUp(control)).map(({ id }) => id));
});

it("compiles every policy as the API server does for a new one, without an error or a warning of its type checker", async () => {
  const { reports } = await judge(policies, []);
  expect(reports.length).toBe(emitted.length);
  expect(reports.filter(({ errors, warnings }) => errors.length + warnings.length > 0)).toEqual([]);
});

it("agrees with the plain run on the own cases of every control", async () => {
  const cases = emitted.flatMap((control) => [...control.control.pass, ...control.control.fail].map((each) => ({ control, ...each })));
  const { answers, reports } = await judge(
    cases.map(({ control, kubernetesMinor, parameters }) => policyFor(control, kubernetesMinor, parameters)),
    cases.flatMap(({ object }, place) => [true, false].map((raw): AdmissionRequest => ({ operation: "CREATE", object, raw, policies: [place] }))),
  );
  expect(reports.flatMap(({ errors }) => errors)).toEqual([]);
  expect(cases.length).toBeGreaterThan(140);
  const wrong = answers.flatMap((answer, index) => {
    const each = cases[Math.floor(index / 2)];
    if ("error" in answer || each === undefined) throw new Error("error" in answer ? answer.error : "an answer too many");
    const { control, kubernetesMinor, parameters } = each;
    const expected = expectedTexts(control, { object: answer.object, ...(parameters === undefined ? {} : { parameters }), ...(kubernetesMinor === undefined ? {} : { kubernetesMinor }) }, "never");
    const [verdict] = answer.verdicts;
    const found = verdict === undefined ? "no verdict" : difference(verdict, expected);
    return found === undefined ? [] : [`${control.id}: ${found}`];
  });
  expect(wrong).toEqual([]);
});

/** Judges objects by all policies, and gives where a policy and the plain run differ. */
async function differences(requests: readonly AdmissionRequest[]): Promise<{ readonly wrong: string[]; readonly refused: number; readonly denied: number; readonly cost: number }> {
  const { answers } = await judge(policies, requests);
  const wrong: string[] = [];
  let [refused, denied, cost] = [0, 0, 0];
  for (const [index, answer] of answers.entries()) {
    if ("error" in answer) {
      refused += 1;
      continue;
    }
    for (const [place, control] of emitted.entries()) {
      const { object } = answer;
      const { apiVersion, kind } = object as { apiVersion: string; kind: string };
      if (!control.check.match.kinds.some((each) => each.apiVersion === apiVersion && each.kind === kind)) continue;
      const verdict = answer.verdicts[place];
      if (verdict === undefined) throw new Error("a policy gave no verdict");
      if (!verdict.allowed) denied += 1;
      cost = Math.max(cost, verdict.cost);
      const found = difference(verdict, expectedTexts(control, { object }, "never"));
      if (found !== undefined) wrong.push(`${control.id} on request ${index}: ${found}`);
    }
  }
  return { wrong, refused, denied, cost };
}

for (const raw of [false, true]) {
  it(`agrees with the plain run on generated pods, ${raw ? "as they are written, null members and all" : "as the API server decodes them"}`, async () => {
    const requests = fc.sample(podCases(), { numRuns: 1000, seed: 37 }).map(({ object }): AdmissionRequest => ({ operation: "CREATE", object, raw }));
    const { wrong, refused, denied } = await differences(requests);
    expect(wrong.slice(0, 20)).toEqual([]);
    expect(refused).toBeLessThan(10);
    expect(denied).toBeGreaterThan(2000);
  });
}

const container = (name: string, privileged: boolean): unknown => ({ name, image: "registry.k8s.io/pause:3.10", securityContext: { privileged } });
const podOf = (spec: unknown, metadata: object = {}): unknown => ({ apiVersion: "v1", kind: "Pod", metadata: { name: "web", namespace: "shop", ...metadata }, spec });

/** What the policy of one control says to each request. */
async function verdictsOf(id: string, requests: readonly AdmissionRequest[]): Promise<readonly (AdmissionVerdict | undefined)[]> {
  const place = emitted.findIndex((control) => control.id === id);
  const { answers } = await judge([policies[place]], requests);
  return answers.map((answer) => ("error" in answer ? undefined : answer.verdicts[0]));
}

it("judges debug containers that join a running Pod", async () => {
  const running = { containers: [container("web", false)] };
  const joined = (privileged: boolean): AdmissionRequest => ({
    operation: "UPDATE", resource: "pods", subresource: "ephemeralcontainers", oldObject: podOf(running), object: podOf({ ...running, ephemeralContainers: [container("debugger", privileged)] }),
  });
  const [good, bad] = await verdictsOf("privileged-containers", [joined(false), joined(true)]);
  expect(good).toMatchObject({ allowed: true });
  expect(bad).toMatchObject({ allowed: false, message: "spec.ephemeralContainers[0].securityContext.privileged: container debugger is privileged" });
});

it("leaves out an update that changes nothing that the control reads, and judges one that does", async () => {
  const bad = { containers: [container("web", true)] };
  const update = (oldObject: unknown, object: unknown): AdmissionRequest => ({ operation: "UPDATE", oldObject, object });
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
  expect(skipped.map((verdict) => verdict?.skipped)).toEqual([true, true, true, true]);
  const judged = await verdictsOf("privileged-containers", [update(podOf(bad), podOf(worse)), ...["Deployment", "CronJob"].map((kind) => update(controller(kind, bad, 1), controller(kind, worse, 1)))]);
  expect(judged.map((verdict) => verdict?.allowed)).toEqual([false, false, false]);
});

it("judges an update of annotations by the control that reads them", async () => {
  const annotated = (profile: string): unknown => podOf({ containers: [container("web", false)] }, { annotations: { "container.apparmor.security.beta.kubernetes.io/web": profile } });
  const [changed, same] = await verdictsOf("apparmor-profile", [
    { operation: "UPDATE", oldObject: annotated("runtime/default"), object: annotated("unconfined") },
    { operation: "UPDATE", oldObject: annotated("unconfined"), object: annotated("unconfined") },
  ]);
  expect(changed).toMatchObject({ allowed: false });
  expect(same).toMatchObject({ skipped: true, allowed: true });
});

it("stays within the cost limits on a pod of 500 containers that breaks everything, and keeps a message", async () => {
  const context = { privileged: true, allowPrivilegeEscalation: true, procMount: "Unmasked", runAsUser: 0, runAsNonRoot: false, capabilities: { add: ["SYS_ADMIN", "NET_RAW"] }, seccompProfile: { type: "Unconfined" }, appArmorProfile: { type: "Unconfined" }, seLinuxOptions: { type: "spc_t", user: "u", role: "r" }, windowsOptions: { hostProcess: true } };
  const probe = { httpGet: { host: "127.0.0.1", port: 80 } };
  const many = Array.from({ length: 500 }, (_, index) => ({ name: `container-${index}`, image: `ghcr.io:443/team/application/part-${index}:v1.2.3@sha256:${"0".repeat(64)}`, securityContext: context, ports: [{ containerPort: 80, hostPort: 80 }], livenessProbe: probe, readinessProbe: probe }));
  const volumes = Array.from({ length: 500 }, (_, index) => ({ name: `volume-${index}`, hostPath: { path: "/" } }));
  const { wrong, denied, cost, refused } = await differences([{ operation: "CREATE", object: podOf({ containers: many, volumes }) }]);
  expect(wrong).toEqual([]);
  expect(refused).toBe(0);
  expect(denied).toBeGreaterThan(15);
  // What Gatekeeper grants a template, a tenth of what the API server grants a policy.
  expect(cost).toBeLessThan(1_000_000);
});
