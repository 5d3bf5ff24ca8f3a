import { describe, expect, it } from "vitest";
import type { CompiledControl, EmitRequest } from "../../src/backends/backend.ts";
import { rulesFaults } from "../../src/backends/falco/check/rules-faults.ts";
import { emitFalco } from "../../src/backends/falco/index.ts";
import { elementsAsked } from "../../src/backends/falco/objects/list-bounds.ts";
import { auditFields } from "../../src/events/audit-fields.ts";
import { judgesPods, kindsWithoutPod } from "../../src/ir/control.ts";
import { newestMinor } from "../../src/kubernetes/minors.ts";
import { defaultParameters, judge } from "../../src/plain/judge.ts";
import { randomCases } from "../engines/differential/random-cases.ts";
import { loadRules, type LoadedRule } from "../falco/engine.ts";
import { asFields } from "../falco/events.ts";
import { storedEvent } from "../falco/stored.ts";
import { keptCases } from "../kept-cases.ts";
import { targetSettings } from "../target-settings.ts";
import { compiledPolicies } from "../compiled-policies.ts";

const { controls, sourceOf } = compiledPolicies;

function settingsFor({ control, id }: CompiledControl, kubernetesMinor = newestMinor, parameters: Readonly<Record<string, unknown>> = {}): EmitRequest["settings"] {
  return { kubernetesMinor, controls: { [id]: true }, parameters: { [id]: { ...defaultParameters(control), ...parameters } } };
}

function emit(compiled: CompiledControl, settings = settingsFor(compiled)): ReturnType<typeof emitFalco> {
  const exemptions = [{ namespaces: ["exempt-*"], reason: "it is theirs" }];
  return emitFalco({ controls: [compiled], settings, target: targetSettings("audit", { rollout: () => ({ placements: [{ stage: "audit" }], exemptions }) }), sourceOf, compiler: "auto" });
}

const findingOf = ({ tags }: LoadedRule): string => tags.find((tag) => tag.startsWith("finding:"))?.slice("finding:".length) ?? "";
const emitted = controls.map((compiled) => ({ compiled, emission: emit(compiled) }));
const reporting = emitted.filter(({ emission }) => emission.controls?.some((each) => each.emitted));

/** How many random objects each control's rules are asked about. A longer run: PORTCULLIS_EVENTS=50000. */
const count = Number(process.env["PORTCULLIS_EVENTS"] ?? 1000);
const seed = Number(process.env["PORTCULLIS_SEED"] ?? 11);

type Json = Readonly<Record<string, unknown>>;

/** Whether a list is longer than what a rule reads of it, for which it reports the object. */
function isLong(value: unknown, pointer = "/requestObject"): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value) && value.length > elementsAsked(pointer)) return true;
  return Object.entries(value).some(([key, member]) => isLong(member, `${pointer}/${key}`));
}

/** The findings that rules report of a stored object, and those of the plain run that there are rules for. */
function verdicts(rules: readonly LoadedRule[], { control, id }: CompiledControl, event: Json, kubernetesMinor = newestMinor, parameters: Json = {}): { readonly reports: readonly string[]; readonly plain: readonly string[] } {
  const fields = asFields(auditFields(event));
  const known = new Set(rules.map(findingOf));
  const plain = new Set(judge(control, id, { object: event["requestObject"], kubernetesMinor, parameters }).map(({ finding = "" }) => finding));
  return { reports: rules.filter(({ fires }) => fires(fields)).map(findingOf).sort(), plain: [...plain].filter((finding) => known.has(finding)).sort() };
}

/** An object that the rules read: templates are reported by the Pods that are made of them. */
const isRead = (compiled: CompiledControl, object: unknown): boolean => {
  const { apiVersion, kind } = object as { readonly apiVersion?: unknown; readonly kind?: unknown };
  const { match } = compiled.check;
  return judgesPods(match) && kindsWithoutPod(match).every((other) => other.kind !== kind) ? kind === "Pod" && apiVersion === "v1" : match.kinds.some((matched) => matched.kind === kind && matched.apiVersion === apiVersion);
};

it("reports by the audit log what most controls of pods deny", () => {
  expect(reporting.map(({ compiled }) => compiled.id)).toEqual(expect.arrayContaining(["host-namespaces", "host-ports", "privilege-escalation", "privileged-containers", "restricted-capabilities", "run-as-non-root", "seccomp-profile", "service-external-ips"]));
});

it("says for each control that the audit log cannot tell of why not, and whether admission prevents it", () => {
  for (const { compiled, emission } of emitted) {
    expect(emission.controls?.map(({ control }) => control)).toEqual([compiled.id]);
    const text = String(emission.files.find(({ path }) => path === "CAPABILITIES.md")?.content);
    expect(text).toMatch(/\| (at admission|no: no request holds it) \| (emitted|not expressible) \|/);
    for (const { emitted: is, reason } of emission.controls ?? []) expect(is || (reason ?? "").length > 20, compiled.id).toBe(true);
  }
});

for (const { compiled, emission } of reporting) {
  const rules = loadRules(emission.files);
  const { control, id } = compiled;

  describe(id, () => {
    it("reports of its own and its derived objects, once they are stored, what the plain run denies", () => {
      expect(rulesFaults(emission.files)).toEqual([]);
      const byParameters = new Map([["{}", rules]]);
      for (const { kubernetesMinor, object, parameters = {} } of [...control.pass, ...control.fail, ...keptCases.derivedFor(compiled, settingsFor(compiled)).map((supplement) => ({ kubernetesMinor: undefined, parameters: undefined, ...supplement }))]) {
        if (!isRead(compiled, object)) continue;
        const key = JSON.stringify([kubernetesMinor, parameters]);
        const own = byParameters.get(key) ?? loadRules(emit(compiled, settingsFor(compiled, kubernetesMinor, parameters)).files);
        byParameters.set(key, own);
        const { plain, reports } = verdicts(own, compiled, storedEvent(object), kubernetesMinor, parameters);
        expect({ object, reports }).toEqual({ object, reports: plain });
      }
    });

    it("reports of a thousand objects what the plain run denies, and any other only for the length of a list", () => {
      const counts = { denied: 0, passed: 0 };
      for (const { object } of randomCases(compiled, [], count, seed)) {
        if (!isRead(compiled, object)) continue;
        const event = storedEvent(object);
        const { plain, reports } = verdicts(rules, compiled, event);
        if (isLong(event["requestObject"])) expect({ object, missed: plain.filter((finding) => !reports.includes(finding)) }).toEqual({ object, missed: [] });
        else expect({ object, reports }).toEqual({ object, reports: plain });
        counts[plain.length > 0 ? "denied" : "passed"] += 1;
      }
      // Else two that never fire would agree.
      expect(counts.denied).toBeGreaterThan(count / 200);
      expect(counts.passed).toBeGreaterThan(count / 200);
    });

    it("is silent about what was not stored, what only a patch holds, and exempt namespaces", () => {
      const fires = (event: Json): boolean => rules.some((rule) => rule.fires(asFields(auditFields(event))));
      const own = [...control.fail, ...randomCases(compiled, [], 300, seed)].map(({ object }) => object);
      const object = own.find((each) => isRead(compiled, each) && fires(storedEvent(each)));
      expect(object).toBeDefined();
      const stored = storedEvent(object);
      const reference = stored["objectRef"] as Json;
      expect(fires(stored)).toBe(true);
      expect(fires(storedEvent(object, { code: 403 }))).toBe(false);
      expect(fires(storedEvent(object, { verb: "patch", code: 200 }))).toBe(false);
      expect(fires({ ...stored, stage: "RequestReceived" })).toBe(false);
      expect(fires({ ...stored, objectRef: { ...reference, subresource: "status" } })).toBe(false);
      expect(fires({ ...stored, objectRef: { ...reference, apiGroup: "example.com" } })).toBe(false);
      expect(fires({ ...stored, requestURI: `${String(stored["requestURI"])}?dryRun=All` })).toBe(false);
      expect(fires({ ...stored, objectRef: { ...reference, namespace: "exempt-a" } })).toBe(false);
    });
  });
}

it("reports a Pod for having more containers than are read, however sound they are", () => {
  const compiled = controls.find(({ id }) => id === "privileged-containers");
  if (compiled === undefined) throw new Error("there is no privileged-containers");
  const rules = loadRules(emit(compiled).files);
  const pod = (containers: number): Json => storedEvent({ apiVersion: "v1", kind: "Pod", metadata: { name: "web", namespace: "shop" }, spec: { containers: Array.from({ length: containers }, (_, index) => ({ name: `c${index}`, image: "registry.example.com/web:1" })) } });
  const fires = (event: Json): boolean => rules.some((rule) => rule.fires(asFields(auditFields(event))));
  expect([pod(1), pod(6), pod(7)].map(fires)).toEqual([false, false, true]);
});

it("leaves mirrors of static Pods alone, which kubelets make of what runs already", () => {
  const compiled = controls.find(({ id }) => id === "host-namespaces");
  if (compiled === undefined) throw new Error("there is no host-namespaces");
  const rules = loadRules(emit(compiled).files);
  const event = (user: string): Json => storedEvent({ apiVersion: "v1", kind: "Pod", metadata: { name: "etcd-node-1", namespace: "kube-system" }, spec: { hostNetwork: true, containers: [{ name: "etcd", image: "registry.k8s.io/etcd:3.6.5-0" }] } }, { user });
  expect(["system:node:node-1", "alice"].map((user) => rules.some((rule) => rule.fires(asFields(auditFields(event(user))))))).toEqual([false, true]);
});
