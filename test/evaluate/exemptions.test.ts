import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { expect, it } from "vitest";
import { entrypoint, type OpaManifest } from "../../src/backends/opa/manifest.ts";
import { rolloutOf } from "../../src/bundle/rollout.ts";
import { settingsFor } from "../../src/bundle/settings.ts";
import type { ExemptionEntry } from "../../src/bundle/target.ts";
import { Checker } from "../../src/evaluate/check-documents.ts";
import { exemptionFinder } from "../../src/evaluate/exemptions.ts";
import { loadOpaModule } from "../../src/evaluate/opa-module.ts";
import { loadOpaEngine } from "../../src/evaluate/opa-policy.ts";
import { compareViolations, type Violation } from "../../src/plain/violation.ts";
import { documentsOf } from "./fixture.ts";

const bundle = fileURLToPath(new URL("../../golden/opa", import.meta.url));
const engine = await loadOpaEngine(bundle);
const { controls } = engine.catalogue as OpaManifest;
const wasm = readFileSync(join(bundle, "policy.wasm"));

const agents: ExemptionEntry = { controls: ["host-namespaces", "host-ports"], namespaces: ["kube-*"], reason: "node agents" };
const find = exemptionFinder({ exemptions: [agents, { controls: ["host-ports"], namespaces: ["*"], reason: "anywhere" }] });
const pod = (namespace?: string): object => ({ apiVersion: "v1", kind: "Pod", metadata: { name: "a", ...(namespace === undefined ? {} : { namespace }) }, spec: { hostPID: true, containers: [{ name: "a", image: "a", ports: [{ hostPort: 1 }] }] } });

it("lets an object off a control in a namespace that an exemption covers, for the first reason that holds", () => {
  expect(find(pod("kube-system"))("host-ports")).toBe(agents);
  expect(find(pod("shop"))("host-ports")?.reason).toBe("anywhere");
  expect(find(pod("shop"))("host-namespaces")).toBeUndefined();
  expect(find(pod("kube-system"))("host-probes")).toBeUndefined();
});

it("lets nothing off that names no namespace, unless the run says where it will go", () => {
  expect(find(pod())("host-ports")).toBeUndefined();
  const inAgents = exemptionFinder({ exemptions: [agents], defaultNamespace: "kube-system" });
  expect(inAgents(pod())("host-ports")).toBe(agents);
  expect(inAgents(pod("shop"))("host-ports")).toBeUndefined();
  expect(inAgents({ apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name: "a" } })("host-ports")).toBeUndefined();
  expect(inAgents({ apiVersion: "example.com/v1", kind: "Widget", metadata: { name: "a" } })("host-ports")).toBeUndefined();
});

it("tells what is exempted apart from what is found, and counts it apart", async () => {
  const checker = new Checker({ engine, controls, kubernetesMinor: 37, exemptions: [agents] });
  const [document] = await documentsOf(JSON.stringify(pod("kube-system")));
  if (document === undefined) throw new Error("no document");
  const { findings, exempted } = checker.check({ kind: "document", document });
  expect(exempted.map(({ control, path, exemption }) => ({ control, path, exemption }))).toEqual([
    { control: "host-ports", path: "spec.containers[0].ports[0].hostPort", exemption: agents },
    { control: "host-namespaces", path: "spec.hostPID", exemption: agents },
  ]);
  expect(findings.length).toBeGreaterThan(0);
  expect(findings.filter(({ control }) => agents.controls.includes(control))).toEqual([]);
  const { findings: counted, exempted: count } = checker.summary();
  expect([Object.values(counted).reduce((sum, of) => sum + of, 0), count]).toEqual([findings.length, 2]);
});

/** Names from few letters, so that globs meet them, and what is no name at all. */
const name = fc.string({ unit: fc.constantFrom("a", "b", "-"), minLength: 1, maxLength: 3 });
const glob = fc.oneof(fc.constant("*"), name, name.map((text) => `${text}*`), name.map((text) => `*${text}`));
const maybeName = fc.oneof({ weight: 6, arbitrary: name }, fc.constantFrom<unknown>("", null, undefined, 7, {}, true));
const object = fc
  .record({ form: fc.constantFrom("Pod", "Deployment", "Namespace", "ClusterRole", "Role", "Service"), metadata: fc.oneof({ weight: 9, arbitrary: fc.record({ name: maybeName, namespace: maybeName }) }, fc.constantFrom<unknown>(null, undefined, "a")) })
  .map(({ form, metadata }) => {
    const spec = { hostPID: true, containers: [{ name: "a", image: "a" }] };
    const rules = [{ verbs: ["*"], resources: ["*"], apiGroups: [""] }];
    const rbac = "rbac.authorization.k8s.io/v1";
    const rest = { Pod: { apiVersion: "v1", spec }, Deployment: { apiVersion: "apps/v1", spec: { template: { spec } } }, Namespace: { apiVersion: "v1" }, ClusterRole: { apiVersion: rbac, rules }, Role: { apiVersion: rbac, rules }, Service: { apiVersion: "v1", spec: { externalIPs: ["192.0.2.1"] } } };
    return JSON.parse(JSON.stringify({ kind: form, metadata, ...rest[form as keyof typeof rest] })) as object;
  });
const exemption = fc.record({ controls: fc.uniqueArray(fc.constantFrom("host-namespaces", "pod-security-labels", "wildcard-rules", "service-external-ips"), { minLength: 1 }), namespaces: fc.array(glob, { minLength: 1, maxLength: 2 }), reason: fc.constant("x") });

it("exempts in the compiled policy what it exempts in check, whatever an object says of its namespace", () => {
  const judge = engine.prepare(settingsFor(engine.catalogue, controls, 37));
  let exempted = 0;
  fc.assert(
    fc.property(fc.array(exemption, { maxLength: 3 }), fc.array(object, { minLength: 1, maxLength: 8 }), (exemptions, objects) => {
      const byControl = Object.fromEntries(controls.map((control) => [control.id, rolloutOf({ backend: "opa", exemptions }, control).exemptions]));
      const module = loadOpaModule(wasm, entrypoint, [JSON.stringify({ settings: { ...settingsFor(engine.catalogue, controls, 37), exemptions: byControl } })]);
      const finder = exemptionFinder({ exemptions });
      for (const each of objects) {
        const [{ result }] = JSON.parse(module.evaluate(JSON.stringify({ object: each }))) as [{ result: Violation[] }];
        const verdict = judge.judge(each);
        if ("fault" in verdict) throw new Error(verdict.fault);
        const kept = verdict.violations.filter(({ control }) => finder(each)(control) === undefined);
        exempted += verdict.violations.length - kept.length;
        expect(result.sort(compareViolations)).toEqual(kept);
      }
    }),
    { numRuns: 150, seed: 1 },
  );
  // A run in which nothing was exempt would prove nothing.
  expect(exempted).toBeGreaterThan(100);
});
