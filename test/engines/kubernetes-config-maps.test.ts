import fc from "fast-check";
import { expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { withoutLookups } from "../../src/backends/admission/without-lookups.ts";
import type { CompiledControl } from "../../src/backends/backend.ts";
import { emitKubernetes } from "../../src/backends/kubernetes/index.ts";
import { scopeOf } from "../../src/kubernetes/scope.ts";
import { defaultParameters, newestMinor } from "../../src/plain/judge.ts";
import { targetSettings } from "../target-settings.ts";
import { expectedTexts } from "../../src/verify/comparison.ts";
import { admit, type AdmissionOutcome, type AdmissionRequest, judge } from "./admission/judge.ts";
import { compiledControls } from "./admission/policies.ts";
import { groupedBy } from "./differential/case.ts";
import { isOfConfiguration } from "../left-out.ts";

const controls = ["test/fixtures/parameters", "test/fixtures/rego", "policies"].flatMap(compiledControls).flatMap((control) => withoutLookups(control)?.control ?? []);

function controlOf(id: string): CompiledControl {
  const control = controls.find((each) => each.id === id);
  if (control === undefined) throw new Error(`there is no control ${id}`);
  return control;
}

interface Emitted {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly data: Readonly<Record<string, string>>;
  readonly spec: Readonly<Record<string, unknown>>;
}

type Values = Readonly<Record<string, unknown>>;

/** What a target with ConfigMaps emits of a control. */
function emitted(control: CompiledControl, parameters: Values = {}, minor = newestMinor): { readonly configMap: Emitted; readonly policy: Emitted; readonly binding: Emitted; readonly report: string } {
  const settings = { kubernetesMinor: minor, controls: { [control.id]: true as const }, parameters: { [control.id]: { ...defaultParameters(control.control), ...parameters } } };
  const { files } = emitKubernetes({ controls: [control], settings, target: targetSettings("enforce", { kubernetes: { parameters: "configMap", namespace: "rules" } }), sourceOf: () => undefined, compiler: "auto" });
  const documents = files.filter(({ path }) => path === `${control.domain}/${control.id}.yaml`).flatMap(({ content }) => parseAllDocuments(String(content)).map((document) => document.toJS() as Emitted));
  const [configMap, policy, binding] = documents;
  if (documents.length !== 3 || configMap === undefined || policy === undefined || binding === undefined) throw new Error(`${control.id} has ${documents.length} documents`);
  return { configMap, policy, binding, report: String(files.find(({ path }) => path === "capabilities.json")?.content) };
}

const namespaces = ["shop", "default", "build", "web", "team-a"].map((name) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } }));

/** What is asked of a control whose ConfigMap holds these texts; no ConfigMap where there are none. */
async function outcomesWith(control: CompiledControl, data: Readonly<Record<string, string>> | undefined, requests: readonly AdmissionRequest[]): Promise<readonly AdmissionOutcome[]> {
  const { binding, configMap, policy } = emitted(control);
  const { outcomes, refused } = await admit([policy], { bindings: [binding], namespaces, configMaps: data === undefined ? [] : [{ ...configMap, data }] }, requests);
  expect(refused).toEqual([]);
  return outcomes;
}

/** How an outcome differs from the plain run; undefined where it does not. */
function wrong(control: CompiledControl, object: unknown, parameters: Values | undefined, outcome: AdmissionOutcome | undefined, kubernetesMinor?: number): string | undefined {
  const expected = expectedTexts(control, { object, ...(parameters === undefined ? {} : { parameters }), ...(kubernetesMinor === undefined ? {} : { kubernetesMinor }) });
  if (outcome === undefined || outcome.error !== undefined) return `the evaluation failed: ${outcome?.error}`;
  if (expected.length === 0) return outcome.denied;
  const missing = expected.filter((text) => outcome.denied?.includes(text.trim()) !== true);
  return missing.length === 0 ? undefined : `says ${outcome.denied ?? "nothing"} where the plain run finds ${missing.join("; ")}`;
}

/** The control's own objects, in a namespace where the API server wants one. */
const placed = (object: unknown): unknown => {
  const given = object as { readonly apiVersion: string; readonly kind: string; readonly metadata?: { readonly namespace?: string } };
  return scopeOf(given.apiVersion, given.kind) !== "Namespaced" || given.metadata?.namespace !== undefined ? given : { ...given, metadata: { ...given.metadata, namespace: "default" } };
};

it("judges by the values of its ConfigMap as the plain run does, for the own cases of every control with parameters", async () => {
  const tried: string[] = [];
  for (const control of controls.filter((each) => Object.keys(each.control.parameters).length > 0 && !isOfConfiguration(each))) {
    // One API server for all cases that have the same ConfigMap.
    const cases = [...control.control.pass, ...control.control.fail].map(({ kubernetesMinor, object, parameters }) => ({ given: placed(object), kubernetesMinor, parameters }));
    for (const alike of groupedBy(cases, ({ kubernetesMinor, parameters }) => JSON.stringify([kubernetesMinor, parameters])).values()) {
      const [{ kubernetesMinor, parameters } = {}] = alike;
      const { binding, configMap, policy } = emitted(control, parameters, kubernetesMinor);
      const named = new Set(alike.flatMap(({ given }) => (given as { readonly metadata: { readonly namespace?: string } }).metadata.namespace ?? []));
      const own = [...named].map((name) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } }));
      const { outcomes, refused } = await admit([policy], { bindings: [binding], namespaces: own, configMaps: [configMap] }, alike.map(({ given }): AdmissionRequest => ({ operation: "CREATE", object: given })));
      expect(refused).toEqual([]);
      expect(alike.map(({ given }, place) => wrong(control, given, parameters, outcomes[place], kubernetesMinor))).toEqual(alike.map(() => undefined));
      tried.push(...alike.map(() => control.id));
    }
  }
  expect(new Set(tried).size).toBeGreaterThan(4);
  expect(tried.length).toBeGreaterThan(30);
}, 300_000);

it("compiles as the API server does for a new policy, without an error or a warning of its type checker", async () => {
  const policies = ["every-parameter", "settings", "allowed-registries", "pod-security-labels", "wildcard-rules"].map((id) => emitted(controlOf(id)).policy);
  const { reports } = await judge(policies, []);
  expect(reports.map(({ errors, warnings }) => [...errors, ...warnings])).toEqual(policies.map(() => []));
});

const every = controlOf("every-parameter");
const requestFor = (name: string, labels: Readonly<Record<string, string>> = {}): AdmissionRequest => ({ operation: "CREATE", object: { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "shop", labels, annotations: { read: "x" } } } });
const good = emitted(every).configMap.data;

it("writes values as a person would, and keeps in the policy what a ConfigMap cannot hold", () => {
  expect(good).toEqual({ owner: "ann", names: "blue\ngreen\n", paths: "tmp-*\n", stems: "old-*\n", pair: "team=shop", versions: "web=1.2\n", level: "low", modes: "read\n", most: "2", strict: "false" });
  expect(emitted(every).report).toContain("The policy holds pairs, not the ConfigMap");
  const odd = emitted(every, { names: ["", "blue"], owner: " ann", paths: ["a\nb"] });
  expect(Object.keys(odd.configMap.data)).toEqual(["stems", "pair", "versions", "level", "modes", "most", "strict"]);
  expect(odd.report).toContain("The policy holds owner, names, paths, pairs, not the ConfigMap");
});

it("reads any words back that it writes", async () => {
  const words = fc.array(fc.oneof(fc.string({ unit: "binary", maxLength: 8 }), fc.constantFrom("", " a", "a ", "it's", "a\nb", "a\\b", "{{ x }}", "'", "\u0085a", "\ufeff", "日本")), { maxLength: 4 });
  const samples = fc.sample(fc.record({ names: words, owner: fc.string({ unit: "binary", maxLength: 8 }), strict: fc.boolean(), most: fc.integer({ min: 1, max: 9 }) }), { numRuns: 60, seed: 5 })
    // A lone surrogate is no text in UTF-8.
    .filter(({ names, owner }) => [...names, owner].every((text) => text === Buffer.from(text).toString()));
  let written = 0;
  for (const values of samples) {
    const { binding, configMap, policy } = emitted(every, values);
    if (configMap.data["names"] !== undefined) written += 1;
    const requests = [...values.names.filter((name) => name !== ""), "free"].map((name) => requestFor(name, { a: "1", b: "2", c: "3" }));
    const { outcomes, refused } = await admit([policy], { bindings: [binding], namespaces, configMaps: [configMap] }, requests);
    expect(refused).toEqual([]);
    for (const [place, { object }] of requests.entries()) expect(wrong(every, object, values, outcomes[place])?.replaceAll("\n", " ")).toBeUndefined();
  }
  expect(written).toBeGreaterThan(10);
}, 300_000);

it("does not mind space around values, empty lines and the line ends of other systems", async () => {
  const data = { ...good, names: "\r\n  blue\r\n\r\n\tgreen  ", most: " 2\n", strict: "true\n", owner: "ann\r\n", level: "low\n", modes: "" };
  const [blue, green, free] = await outcomesWith(every, data, ["blue", "green", "free"].map((name) => requestFor(name, { owner: "ann" })));
  expect([blue?.denied, green?.denied].map((text) => text?.includes("metadata.name: is one of blue, green"))).toEqual([true, true]);
  expect(free?.denied).toBeUndefined();
});

it("refuses what it would let pass where the ConfigMap is missing, has lost a key or holds what is no value, and says so", async () => {
  const without = (key: string): Readonly<Record<string, string>> => Object.fromEntries(Object.entries(good).filter(([name]) => name !== key));
  const faults: readonly (readonly [Readonly<Record<string, string>> | undefined, string])[] = [
    [undefined, "no params found for policy binding with `Deny` parameterNotFoundAction"],
    [{}, "lacks the key owner; lacks the key names; lacks the key paths; lacks the key stems; lacks the key pair; lacks the key versions; lacks the key level; lacks the key modes; lacks the key most; lacks the key strict"],
    ...Object.keys(good).map((key) => [without(key), `The ConfigMap rules/every-parameter lacks the key ${key}`] as const),
    [{ ...good, level: "Low" }, "has the key level, which is none of low, high"],
    [{ ...good, level: "" }, "has the key level, which is none of low, high"],
    [{ ...good, modes: "read\nwrites" }, "has the key modes, which has an item that is none of read, write"],
    [{ ...good, paths: "*a*b*c*d*" }, "has the key paths, which has a glob with more than four stars"],
    [{ ...good, stems: "kube-*\n*-old" }, "has the key stems, which has a name with a star elsewhere than at its end"],
    [{ ...good, pair: "team" }, "has the key pair, which does not fit ^[^=]+=[^=]*$"],
    [{ ...good, versions: "web=1\nweb=one" }, "has the key versions, which has an item that does not fit ^[a-z]+=[0-9]+([.][0-9]+)?$"],
    [{ ...good, most: "two" }, "has the key most, which is no whole number"],
    [{ ...good, most: "2.0" }, "has the key most, which is no whole number"],
    [{ ...good, most: "" }, "has the key most, which is no whole number"],
    [{ ...good, most: "99999999999999999999" }, "has the key most, which is no whole number"],
    [{ ...good, most: "0" }, "has the key most, which is less than 1"],
    [{ ...good, most: "10" }, "has the key most, which is more than 9"],
    [{ ...good, strict: "yes" }, "has the key strict, which is neither true nor false"],
    [{ ...good, strict: "True" }, "has the key strict, which is neither true nor false"],
  ];
  expect((await outcomesWith(every, good, [requestFor("free")]))[0]?.denied).toBeUndefined();
  for (const [data, says] of faults) {
    const [outcome] = await outcomesWith(every, data, [requestFor("free")]);
    expect(outcome?.denied).toContain(says);
  }
});

it("refuses every request where somebody binds the policy without its ConfigMap", async () => {
  const { binding, policy } = emitted(every);
  const { paramRef: _, ...spec } = binding.spec;
  const { outcomes } = await admit([policy], { bindings: [{ ...binding, spec }], namespaces }, [requestFor("free")]);
  expect(outcomes[0]?.denied).toContain("The ConfigMap rules/every-parameter lacks the key owner");
});
