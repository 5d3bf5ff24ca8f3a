import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadPolicy } from "@open-policy-agent/opa-wasm";
import { expect, it } from "vitest";
import { entrypoint } from "../../src/backends/opa/manifest.ts";
import { settingsFor } from "../../src/bundle/settings.ts";
import { loadOpaModule } from "../../src/evaluate/opa-module.ts";
import { compareViolations, type Violation } from "../../src/plain/violation.ts";
import { bundle, engine } from "./fixture.ts";

const wasm = readFileSync(join(bundle, "policy.wasm"));
const settings = settingsFor(engine.catalogue, engine.catalogue.controls, 37);
const judge = engine.prepare(settings);

const pod = (spec: object, kind = "Pod"): object => ({ apiVersion: "v1", kind, metadata: { name: "a" }, spec });
const privileged = { containers: [{ name: "web \u{1f600}", image: "registry.k8s.io/a", securityContext: { privileged: true } }], hostPID: true };
const found = [
  { control: "privileged-containers", path: "spec.containers[0].securityContext.privileged", message: "container web \u{1f600} is privileged" },
  { control: "host-namespaces", finding: "a", path: "spec.hostPID", message: "the pod sets hostPID" },
];

it("finds violations, in order of their paths", () => {
  expect(judge.judge(pod(privileged))).toEqual({ violations: found });
  expect(judge.judge(pod({ containers: [] }))).toEqual({ violations: [] });
});

it.each([
  ["a pod with violations", pod(privileged)],
  ["a controller", { apiVersion: "apps/v1", kind: "Deployment", spec: { template: { spec: { ...privileged, volumes: [{ name: "x", hostPath: {} }] } } } }],
  ["an object without anything", {}],
  ["members that are null", pod({ containers: [null, { name: null, image: "x" }], volumes: null })],
])("gives what OPA's own SDK gives for %s", async (_, document) => {
  const sdk = await loadPolicy(wasm, { initial: 64 });
  sdk.setData({ settings });
  const [{ result }] = sdk.evaluate({ object: document }, entrypoint) as [{ result: Violation[] }];
  expect(judge.judge(document)).toEqual({ violations: result.sort(compareViolations) });
});

it("grows its memory for a large document, and judges the next one", () => {
  const large = { ...privileged, annotations: "x".repeat(20_000_000) };
  expect(judge.judge(pod(large))).toEqual({ violations: found });
  expect(judge.judge(pod(privileged))).toEqual({ violations: found });
});

it.each([
  ["makes the policy abort", { apiVersion: "example.com/v1", kind: "Broken", spec: { conflict: true } }, "policy.rego:65:1: var assignment conflict"],
  ["is nested too deeply", JSON.parse(`{"x":${"[".repeat(5000)}${"]".repeat(5000)}}`.replace("[]", `${'{"a":'.repeat(4000)}1${"}".repeat(4000)}`)) as object, "it is too large or nested too deeply"],
  ["holds half of a character", pod({ hostname: "\ud800" }), "illegal string escape character"],
])("has a fault, never a pass, for a document that %s, and judges the next one", (_, document, reason) => {
  expect(judge.judge(document)).toEqual({ fault: `This document could not be judged: ${reason}.` });
  expect(judge.judge(pod(privileged))).toEqual({ violations: found });
});

it("gives the same answers after it has cleared what documents left behind", () => {
  const module = loadOpaModule(wasm, entrypoint, [JSON.stringify({ settings })]);
  const inputs = [pod(privileged), pod({ containers: [] }), pod({ ...privileged, hostIPC: true })].map((object) => JSON.stringify({ object }));
  const first = inputs.map((input) => module.evaluate(input));
  for (let round = 0; round < 2000; round += 1) expect(inputs.map((input) => module.evaluate(input))).toEqual(first);
});

it("gives up on a document that needs more memory than there may be, and judges the next one", () => {
  const module = loadOpaModule(wasm, entrypoint, [JSON.stringify({ settings })], 128);
  expect(() => module.evaluate(JSON.stringify({ object: "x".repeat(10_000_000) }))).toThrow("opa_malloc: failed");
  expect(() => module.evaluate(JSON.stringify({ object: Array.from({ length: 500_000 }, () => 1) }))).toThrow("opa_malloc: failed");
  expect(module.evaluate(JSON.stringify({ object: {} }))).toBe('[{"result":[]}]');
});

it("tells data that takes more memory than there is apart from other faults", () => {
  expect(() => loadOpaModule(wasm, entrypoint, [JSON.stringify(Array.from({ length: 2_000_000 }, () => []))], 1)).toThrow(/opa_malloc: failed|memory/i);
});

it("runs the controls that are selected, with the parameters that are set", () => {
  const registries = { ...settings, controls: { "allowed-registries": true as const }, parameters: { "allowed-registries": { registries: ["quay.io/"] } } };
  expect(engine.prepare(registries).judge(pod(privileged))).toEqual({
    violations: [{ control: "allowed-registries", path: "spec.containers[0].image", message: "image registry.k8s.io/a comes from a registry that is not allowed" }],
  });
});

it("gives each kind the same verdict as with all that is selected, though it asks only the controls that match the kind", () => {
  const module = loadOpaModule(wasm, entrypoint, [JSON.stringify({ settings })]);
  const kinds = ["v1/Pod", "v1/Service", "v1/Namespace", "apps/v1/Deployment", "batch/v1/CronJob", "rbac.authorization.k8s.io/v1/Role", "example.com/v1/Widget", "toString/constructor"];
  expect(judge.judge({ apiVersion: { toString: 1 }, kind: null })).toEqual({ violations: [] });
  for (const name of kinds) {
    const [apiVersion, kind] = [name.slice(0, name.lastIndexOf("/")), name.slice(name.lastIndexOf("/") + 1)];
    const spec = { ...privileged, type: "LoadBalancer", template: { spec: privileged }, jobTemplate: { spec: { template: { spec: privileged } } } };
    const object = { apiVersion, kind, metadata: { name: "a" }, spec, rules: [{ verbs: ["*"], resources: ["*"], apiGroups: ["*"] }] };
    const [{ result }] = JSON.parse(module.evaluate(JSON.stringify({ object }))) as [{ result: Violation[] }];
    expect(judge.judge(object)).toEqual({ violations: result.sort(compareViolations) });
  }
});

it("refuses a policy that does not have the entrypoint, and bytes that are no policy", () => {
  expect(() => loadOpaModule(wasm, "other/rule", ["{}"])).toThrow("no entrypoint other/rule");
  expect(() => loadOpaModule(new Uint8Array([1, 2, 3]), entrypoint, ["{}"])).toThrow();
});
