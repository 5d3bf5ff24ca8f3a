import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import type { Emission } from "../../src/backends/backend.ts";
import { emitKyverno } from "../../src/backends/kyverno/index.ts";
import { placedPolicies } from "../../src/backends/kyverno/placed-policies.ts";
import { describeControls } from "../../src/backends/opa/describe-controls.ts";
import type { Rollout } from "../../src/backends/rollout.ts";
import { buildTarget } from "../../src/bundle/build-target.ts";
import { compareFolder } from "../../src/bundle/golden.ts";
import { readTarget } from "../../src/bundle/target-file.ts";
import { validateTargetContent } from "../../src/bundle/target-validation.ts";
import { compile } from "../../src/compile.ts";
import { judgesPods } from "../../src/ir/control.ts";
import { defaultParameters } from "../../src/plain/judge.ts";
import { keptCases } from "../kept-cases.ts";
import { targetSettings } from "../target-settings.ts";
import { isOfConfiguration } from "../left-out.ts";
import { compiledPolicies } from "../compiled-policies.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const { controls, sourceOf } = compiledPolicies;
const fixtures = compile(root, join(root, "test/fixtures/rego")).controls;
const catalogue = describeControls(controls);
const result = await readTarget(join(root, "targets/kyverno.yaml"), catalogue);
if ("errors" in result) throw new Error(result.errors.map(({ message }) => message).join(" "));
const { diagnostics, files } = await buildTarget(result.target, controls, "auto", sourceOf, keptCases);
const policyPath = /^[a-z-]+\/([a-z0-9-]+)\/\1\.yaml$/;

interface Policy {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly annotations: Readonly<Record<string, string>> };
  readonly spec: {
    readonly validationActions: readonly string[];
    readonly evaluation: { readonly background: { readonly enabled: boolean } };
    readonly autogen: unknown;
    readonly failurePolicy: string;
    readonly matchConstraints: { readonly resourceRules: readonly { readonly resources: readonly string[] }[] };
    readonly matchConditions?: readonly { readonly name: string; readonly expression: string }[];
    readonly validations: readonly unknown[];
  };
}

interface Test {
  readonly policies: readonly string[];
  readonly exceptions?: readonly string[];
  readonly results: readonly { readonly policy: string; readonly kind: string; readonly resources: readonly string[]; readonly result: string }[];
}

const documentsOf = <T>(content: string | Uint8Array | undefined): T[] => parseAllDocuments(String(content ?? "")).map((document) => document.toJS() as T);
const manifests = files.filter(({ path }) => policyPath.test(path));

it("emits the files that are kept, byte for byte, and no other stands beside them", () => {
  expect(compareFolder(join(root, "golden/kyverno"), files).map(({ change, path }) => `${change} ${path}`)).toEqual([]);
});

it("emits one policy for each control of objects that the API server serves, which Kyverno neither copies for controllers nor hands on to the API server", () => {
  const policies = manifests.flatMap(({ content }) => documentsOf<Policy>(content));
  const report = JSON.parse(String(files.find(({ path }) => path === "capabilities.json")?.content)) as { controls: { control: string; emitted: boolean }[] };
  const ofConfiguration = controls.filter(isOfConfiguration).map(({ id }) => id).sort();
  expect(report.controls.filter(({ emitted }) => !emitted).map(({ control }) => control)).toEqual(ofConfiguration);
  expect(policies.length).toBe(report.controls.length - ofConfiguration.length);
  expect(diagnostics).toEqual([]);
  for (const { kind, metadata, spec } of policies) {
    expect([kind, metadata.annotations["portcullis.dev/control"]]).toEqual(["ValidatingPolicy", metadata.name]);
    expect(metadata.annotations["policies.kyverno.io/severity"]).toMatch(/^(?:low|medium|high|critical)$/);
    expect(spec.autogen).toEqual({ podControllers: { controllers: [] }, validatingAdmissionPolicy: { enabled: false } });
    // A scan of what is there knows no request.
    const isOfRequests = controls.find(({ id }) => id === metadata.name)?.check.capabilities.some(({ name }) => ["oldObject", "operation", "user"].includes(name));
    expect([spec.failurePolicy, spec.validationActions, spec.evaluation.background.enabled]).toEqual(["Fail", ["Audit"], isOfRequests !== true]);
    // Kyverno tells of the first validation that fails and of no other.
    expect(spec.validations.length).toBe(1);
    const resources = spec.matchConstraints.resourceRules.flatMap((rule) => rule.resources);
    // Other controls that judge pods too may read nothing of their containers.
    if (judgesPods(controls.find(({ id }) => id === metadata.name)?.check.match ?? { form: "kinds" })) expect(resources).toEqual(expect.arrayContaining(["pods", "pods/ephemeralcontainers"]));
  }
});

it("lists policies in the Kustomization, and no test", () => {
  const [kustomization] = documentsOf<{ resources: string[] }>(files.find(({ path }) => path === "kustomization.yaml")?.content);
  const readers = files.filter(({ path }) => path.endsWith("/reader.yaml"));
  expect(kustomization?.resources).toEqual([...manifests, ...readers].map(({ path }) => path).sort());
});

it("lets Kyverno read what a policy lists, and that alone", () => {
  const lists = (text: string): readonly string[] => [...new Set([...text.matchAll(/resource\.List\('([^']*)', '([^']*)'/g)].map(([, version = "", plural = ""]) => `${version.includes("/") ? version.slice(0, version.indexOf("/")) : ""}/${plural}`))].sort();
  const readers = new Map(files.filter(({ path }) => path.endsWith("/reader.yaml")).map(({ path, content }) => [path.replace(/reader\.yaml$/, ""), documentsOf<{ metadata: { labels: Record<string, string> }; rules: readonly { apiGroups: string[]; resources: string[]; verbs: string[] }[] }>(content)[0]]));
  for (const { path, content } of manifests) {
    const reader = readers.get(path.slice(0, path.lastIndexOf("/") + 1));
    expect({ path, read: (reader?.rules ?? []).flatMap(({ apiGroups, resources }) => resources.map((plural) => `${apiGroups[0]}/${plural}`)).sort() }).toEqual({ path, read: lists(String(content)) });
    expect([...new Set((reader?.rules ?? []).flatMap(({ verbs }) => verbs))]).toEqual(reader === undefined ? [] : ["get", "list", "watch"]);
  }
  expect(readers.size).toBeGreaterThan(0);
  for (const reader of readers.values()) expect(reader?.metadata.labels).toEqual({ "rbac.kyverno.io/aggregate-to-admission-controller": "true", "rbac.kyverno.io/aggregate-to-reports-controller": "true" });
});

/** Every test beside a policy, held to its own files: each row names a policy and an object that are there, the object once. */
function testRows(emitted: Emission["files"]): readonly { readonly path: string; readonly policy: string; readonly object: string; readonly result: string }[] {
  const textOf = (path: string): string | Uint8Array | undefined => emitted.find((file) => file.path === path)?.content;
  return emitted.filter(({ path }) => path.endsWith("/kyverno-test.yaml")).flatMap(({ path, content }) => {
    const folder = path.slice(0, path.lastIndexOf("/"));
    const [test] = documentsOf<Test>(content);
    const objects = documentsOf<{ kind: string; metadata: { name: string } }>(textOf(`${folder}/resources.yaml`)).map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    const names = objects.map((each) => each.split(" ")[1]);
    expect(new Set(names).size, path).toBe(names.length);
    const policies = (test?.policies ?? []).flatMap((each) => documentsOf<Policy>(textOf(join(folder, each)))).map(({ metadata }) => metadata.name);
    for (const each of test?.exceptions ?? []) expect(textOf(join(folder, each))).toBeDefined();
    return (test?.results ?? []).map(({ kind, policy, resources, result: verdict }) => {
      expect(policies).toContain(policy);
      expect(resources.length).toBe(1);
      expect(objects).toContain(`${kind} ${resources[0]}`);
      return { path: folder, policy, object: `${kind} ${resources[0]}`, result: verdict };
    });
  });
}

it("lays tests beside every policy that say pass or fail, both for every control that has objects of both", () => {
  const rows = testRows(files);
  expect(new Set(rows.map((row) => row.result))).toEqual(new Set(["pass", "fail"]));
  for (const { content, path } of manifests) {
    const [policy] = documentsOf<Policy>(content);
    expect(new Set(rows.filter((row) => row.policy === policy?.metadata.name).map((row) => row.result)), path).toEqual(new Set(["pass", "fail"]));
  }
});

/** What is emitted for one control under a rollout. */
function emittedUnder(rollout: Rollout, id = "host-ports", engineVersion: string | null = "1.19"): { readonly policies: Policy[]; readonly exceptions: Readonly<Record<string, unknown>>[]; readonly emission: Emission } {
  const parameters = Object.fromEntries(controls.map((each) => [each.id, defaultParameters(each.control)]));
  const request = { kubernetesMinor: 37, controls: { [id]: true as const }, parameters };
  const emission = emitKyverno({ controls, settings: request, target: targetSettings("audit", { rollout: () => rollout, ...(engineVersion === null ? {} : { engineVersion }) }), sourceOf, compiler: "auto" });
  const textOf = (name: string): string | Uint8Array | undefined => emission.files.find(({ path }) => path.endsWith(`/${id}/${name}.yaml`))?.content;
  return { policies: documentsOf(textOf(id)), exceptions: documentsOf(textOf("exception")), emission };
}

it.each([["audit", ["Audit"]], ["warn", ["Warn", "Audit"]], ["enforce", ["Deny"]]] as const)("gives a policy of the stage %s its actions", (stage, actions) => {
  const { policies } = emittedUnder({ placements: [{ stage }], exemptions: [] });
  expect(policies.map(({ metadata, spec }) => [metadata.name, spec.validationActions])).toEqual([["host-ports", actions]]);
});

const conditionsOf = ({ spec }: Policy): string[] => (spec.matchConditions ?? []).filter(({ name }) => name.startsWith("namespace")).map(({ expression }) => expression);

it("gives each placement a policy, of which the laxer leaves out where a stricter one judges", () => {
  const { policies, emission } = emittedUnder({ placements: [{ stage: "audit" }, { stage: "warn", namespaces: ["shop"] }, { stage: "enforce", namespaces: ["team-*", "*-prod", "bank"] }], exemptions: [] });
  const namespace = "request.?namespace.orValue('')";
  const strict = [`${namespace} in ['bank']`, `${namespace}.startsWith('team-')`, `${namespace}.endsWith('-prod')`].join("\n|| ");
  expect(policies.map((policy) => [policy.metadata.name, policy.spec.validationActions[0], conditionsOf(policy).map((text) => text.replace(/\s+/g, " "))])).toEqual([
    ["host-ports.enforce", "Deny", [strict.replace(/\s+/g, " ")]],
    ["host-ports.warn", "Warn", [`${namespace} in ['shop']`, `!( ${strict} )`.replace(/\s+/g, " ")]],
    ["host-ports", "Audit", [expect.stringContaining(`${namespace} in ['bank', 'shop']`)]],
  ]);
  // Each is tested where it judges.
  const rows = testRows(emission.files);
  for (const { metadata } of policies) expect(new Set(rows.filter(({ policy }) => policy === metadata.name).map((row) => row.result)), metadata.name).toEqual(new Set(["pass", "fail"]));
});

it("takes a Namespace for its own namespace, and puts nothing in force in namespaces that belongs to none", () => {
  const placements = [{ stage: "enforce", namespaces: ["team-*"] }] as const;
  const { policies, emission } = emittedUnder({ placements, exemptions: [] }, "pod-security-labels");
  expect(policies.flatMap(conditionsOf)).toEqual(["object.metadata.name.startsWith('team-')"]);
  expect(testRows(emission.files).map(({ object }) => object)).toContain("Namespace team-fail-1");
  // A request without a namespace, here for a ClusterRole, is in force nowhere.
  expect(placedPolicies("x", { form: "kinds", kinds: [{ apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole" }] }, { placements, exemptions: [] })).toEqual([]);
  expect(emittedUnder({ placements, exemptions: [] }, "wildcard-rules").policies.flatMap(conditionsOf)).toEqual(["request.?namespace.orValue('').startsWith('team-')"]);
});

const unaskedWrites = "The policy is not asked about namespaces/finalize and namespaces/status, by which labels can be written too: leave those to controllers (see the control namespace-label-rules).";

it("names in a test what its policy is never asked of, and in the report a policy that no object of the control's own reaches", () => {
  const roles = emittedUnder({ placements: [{ stage: "enforce", namespaces: ["team-*"] }], exemptions: [] }, "wildcard-rules");
  const test = roles.emission.files.find(({ path }) => path.endsWith("/kyverno-test.yaml"));
  expect(String(test?.content)).toMatch(/^# Not among the rows of wildcard-rules, which is never asked of them: [^\n]*ClusterRole\)/m);
  expect(testRows(roles.emission.files).every(({ object }) => object.startsWith("Role "))).toBe(true);
  // Every Namespace is exempt from the laxer policy here by being in the stricter one.
  const { emission } = emittedUnder({ placements: [{ stage: "audit" }, { stage: "enforce", namespaces: ["*"] }], exemptions: [] }, "pod-security-labels");
  const report = JSON.parse(String(emission.files.find(({ path }) => path === "capabilities.json")?.content)) as { controls: { reason?: string }[] };
  expect(report.controls.map(({ reason }) => reason)).toEqual([`${unaskedWrites} No test stands beside the policy pod-security-labels: none of the control's own objects can be in its namespaces.`]);
});

it("says which writes of a Namespace's labels a policy is not asked about, and matches all where changes alone are judged", () => {
  const reasonOf = (id: string): string | undefined => (JSON.parse(String(emittedUnder({ placements: [{ stage: "enforce" }], exemptions: [] }, id).emission.files.find(({ path }) => path === "capabilities.json")?.content)) as { controls: [{ reason?: string }] }).controls[0].reason;
  expect([reasonOf("pod-security-labels"), reasonOf("protected-labels")]).toEqual([unaskedWrites, undefined]);
  const [policy] = emittedUnder({ placements: [{ stage: "enforce" }], exemptions: [] }, "protected-labels").policies;
  expect(JSON.stringify(policy?.spec)).toContain('"namespaces","namespaces/finalize","namespaces/status"');
});

it("makes of an exemption an exception from all policies of the control, which ends with its last day", () => {
  const exemptions = [{ namespaces: ["kube-system", "node-*"], reason: "node agents", owner: "platform", ticket: "OPS-7", expires: "2099-03-31" }];
  const { exceptions, policies, emission } = emittedUnder({ placements: [{ stage: "audit" }, { stage: "enforce", namespaces: ["shop"] }], exemptions });
  expect(exceptions).toEqual([
    {
      apiVersion: "policies.kyverno.io/v1",
      kind: "PolicyException",
      metadata: { name: "host-ports", namespace: "kyverno", annotations: { "portcullis.dev/control": "host-ports", "portcullis.dev/reason": "node agents", "portcullis.dev/owner": "platform", "portcullis.dev/ticket": "OPS-7", "portcullis.dev/expires": "2099-03-31" } },
      spec: {
        policyRefs: policies.map(({ metadata }) => ({ name: metadata.name, kind: "ValidatingPolicy" })),
        matchConditions: [{ name: "namespace-exempt", expression: "request.?namespace.orValue('') in ['kube-system']\n|| request.?namespace.orValue('').startsWith('node-')" }],
        reportResult: "skip",
        expiresAt: "2099-03-31T23:59:59Z",
      },
    },
  ]);
  const [kustomization] = documentsOf<{ resources: string[] }>(emission.files.find(({ path }) => path === "kustomization.yaml")?.content);
  expect(kustomization?.resources).toEqual(["pod-security/host-ports/exception.yaml", "pod-security/host-ports/host-ports.yaml"]);
});

it("expects exempt objects to be skipped in the tests", () => {
  const exemptions = [{ namespaces: ["shop", "default"], reason: "a sandbox" }, { namespaces: ["kube-*"], reason: "the system" }];
  const { exceptions, emission } = emittedUnder({ placements: [{ stage: "enforce" }], exemptions });
  expect(exceptions.map(({ metadata }) => (metadata as { name: string }).name)).toEqual(["host-ports.1", "host-ports.2"]);
  expect(new Set(testRows(emission.files).map((row) => row.result))).toEqual(new Set(["skip"]));
});

it.each(["1.18", null])("says of Kyverno %s, which drops the end of an exception, that the target has to be built again", (engineVersion) => {
  const exemptions = [{ namespaces: ["shop"], reason: "a move", expires: "2099-03-31" }];
  const { exceptions, emission } = emittedUnder({ placements: [{ stage: "audit" }], exemptions }, "host-ports", engineVersion);
  expect(exceptions.map(({ spec }) => Object.keys(spec as object))).toEqual([["policyRefs", "matchConditions", "reportResult"]]);
  const report = JSON.parse(String(emission.files.find(({ path }) => path === "capabilities.json")?.content)) as { controls: { reason?: string }[] };
  expect(report.controls.map(({ reason }) => reason)).toEqual([expect.stringContaining("build the target again")]);
});

it("scans no running objects with a control that reads the request, and takes no old object for an empty one", () => {
  const reading = fixtures.filter(({ check }) => check.capabilities.some(({ name }) => name === "oldObject"));
  expect(reading.length).toBeGreaterThan(0);
  const settings = { kubernetesMinor: 37, controls: Object.fromEntries(reading.map(({ id }) => [id, true as const])), parameters: {} };
  const { files: emitted } = emitKyverno({ controls: reading, settings, target: targetSettings(), sourceOf, compiler: "auto" });
  for (const { content, path } of emitted.filter((file) => policyPath.test(file.path))) {
    const [policy] = documentsOf<Policy>(content);
    expect(policy?.spec.evaluation.background.enabled, path).toBe(false);
    expect(String(content)).toContain("expression: \"dyn(oldObject) == {} ? null : dyn(oldObject)\"");
  }
});

it("warns of what Kyverno's own configuration leaves out, where something is enforced or exempt", () => {
  const notesOf = (rollout: Rollout): readonly string[] => emittedUnder(rollout).emission.notes ?? [];
  expect(notesOf({ placements: [{ stage: "audit" }], exemptions: [] })).toEqual([]);
  expect(notesOf({ placements: [{ stage: "audit" }, { stage: "enforce", namespaces: ["shop"] }], exemptions: [] })).toEqual([expect.stringContaining("resourceFilters")]);
  expect(notesOf({ placements: [{ stage: "audit" }], exemptions: [{ namespaces: ["shop"], reason: "a move" }] })).toEqual([expect.stringContaining("--enablePolicyException=true")]);
});

it("refuses a Kyverno that is too old for ValidatingPolicies", () => {
  const faults = validateTargetContent({ ...result.target, spec: { ...result.target.spec, engineVersion: "1.17" } }, catalogue);
  expect(faults.map(({ path, message }) => [path.join("."), message])).toEqual([["spec.engineVersion", expect.stringContaining("1.18")]]);
});
