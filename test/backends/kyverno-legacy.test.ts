import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { emitKyvernoLegacy } from "../../src/backends/kyverno-legacy/index.ts";
import { celText } from "../../src/backends/kyverno-legacy/cel-text.ts";
import { describeControls } from "../../src/backends/opa/describe-controls.ts";
import type { Rollout } from "../../src/backends/rollout.ts";
import { buildTarget } from "../../src/bundle/build-target.ts";
import { compareFolder } from "../../src/bundle/golden.ts";
import { readTarget } from "../../src/bundle/target-file.ts";
import { validateTargetContent } from "../../src/bundle/target-validation.ts";
import { lookupsOf } from "../../src/ir/lookups.ts";
import { keptCases } from "../kept-cases.ts";
import { targetSettings } from "../target-settings.ts";
import { isOfConfiguration, looksUp } from "../left-out.ts";
import { compiledPolicies } from "../compiled-policies.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const { controls, sourceOf } = compiledPolicies;
const catalogue = describeControls(controls);
const result = await readTarget(join(root, "targets/kyverno-legacy.yaml"), catalogue);
if ("errors" in result) throw new Error(result.errors.map(({ message }) => message).join(" "));
const { diagnostics, files, notes } = await buildTarget(result.target, controls, "auto", sourceOf, keptCases);

interface Rule {
  readonly name: string;
  readonly match: { readonly any: readonly { readonly resources: Readonly<Record<string, unknown>> }[] };
  readonly exclude?: unknown;
  readonly context?: readonly { readonly name: string }[];
  readonly validate: Readonly<Record<string, unknown>>;
}

interface Policy {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly annotations: Readonly<Record<string, string>> };
  readonly spec: { readonly emitWarning?: boolean; readonly background: boolean; readonly rules: readonly Rule[] };
}

const documentsOf = (text: string | Uint8Array): unknown[] => parseAllDocuments(String(text)).map((document) => document.toJS() as unknown);
const manifests = files.filter(({ path }) => /^[a-z-]+\/[a-z0-9-]+\/[a-z0-9-]+\.yaml$/.test(path));

it("emits the files that are kept, byte for byte, and no other stands beside them", () => {
  expect(compareFolder(join(root, "golden/kyverno-legacy"), files).map(({ change, path }) => `${change} ${path}`)).toEqual([]);
});

it("emits one policy for each control of objects that the API serves, under the control's name, and warns of Kyverno 1.20 once", () => {
  const policies = manifests.flatMap(({ content }) => documentsOf(content) as Policy[]);
  expect(policies.map(({ metadata }) => metadata.annotations["portcullis.dev/control"])).toEqual(policies.map(({ metadata }) => metadata.name));
  expect(policies.every(({ kind, metadata }) => kind === "ClusterPolicy" && metadata.annotations["pod-policies.kyverno.io/autogen-controllers"] === "none")).toBe(true);
  expect(policies.flatMap(({ spec }) => spec.rules).every(({ validate }) => validate["failureAction"] === "Audit" && validate["allowExistingViolations"] === false)).toBe(true);
  const report = JSON.parse(String(files.find(({ path }) => path === "capabilities.json")?.content)) as { controls: { control: string; emitted: boolean }[] };
  const leftOut = controls.filter((control) => isOfConfiguration(control) || looksUp(control)).map(({ id }) => id).sort();
  expect(report.controls.filter(({ emitted }) => !emitted).map(({ control }) => control)).toEqual(leftOut);
  expect(policies.length).toBe(report.controls.length - leftOut.length);
  // Other objects are beyond this engine: of each control that asks for some it is said, at its line, whether all or a finding is missing.
  expect(new Set(diagnostics.map(({ code, severity }) => `${severity} ${code}`))).toEqual(new Set(["warning kyverno-legacy/cannot-express", "warning admission/finding-left-out"]));
  expect([...new Set(diagnostics.map(({ span }) => span?.file))].sort()).toEqual(controls.filter((control) => !isOfConfiguration(control) && lookupsOf(control.check).length > 0).map(({ source }) => source).sort());
  expect(notes).toEqual([expect.stringContaining("Kyverno 1.20")]);
});

it("lays beside every policy a test that has the policy fail at least once, with a rule that is there and objects that are there once", () => {
  for (const { path, content } of manifests) {
    const [policy] = documentsOf(content) as [Policy];
    const at = path.replace(/[^/]+$/, ".kyverno-test");
    const text = (name: string): string | Uint8Array => files.find((file) => file.path === `${at}/${name}`)?.content ?? "";
    const [test] = documentsOf(text("kyverno-test.yaml")) as [{ results: { policy: string; rule: string; kind: string; resources: string[]; result: string }[] }];
    const resources = (documentsOf(text("resources.yaml")) as { kind: string; metadata: { name: string } }[]).map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(new Set(resources.map((each) => each.split(" ")[1])).size, path).toBe(resources.length);
    expect(test.results.some(({ result: verdict }) => verdict === "fail"), path).toBe(true);
    for (const row of test.results) {
      expect(row.policy).toBe(policy.metadata.name);
      expect(policy.spec.rules.map(({ name }) => name)).toContain(row.rule);
      for (const name of row.resources) expect(resources).toContain(`${row.kind} ${name}`);
    }
  }
});

/** The policies of one control under a rollout. */
function policiesUnder(rollout: Rollout, id = "host-ports"): Policy[] {
  const settings = { kubernetesMinor: 37, controls: { [id]: true as const }, parameters: {} };
  const emission = emitKyvernoLegacy({ controls, settings, target: targetSettings("audit", { rollout: () => rollout }), sourceOf, compiler: "auto" });
  return documentsOf(emission.files.find(({ path }) => path.endsWith(`/${id}.yaml`))?.content ?? "") as Policy[];
}

it.each([["audit", "Audit", undefined], ["warn", "Audit", true], ["enforce", "Enforce", undefined]] as const)("gives a policy of the stage %s its action", (stage, action, emitWarning) => {
  const [policy] = policiesUnder({ placements: [{ stage }], exemptions: [] });
  expect(policy?.spec.emitWarning).toBe(emitWarning);
  expect(policy?.spec.rules.map(({ validate }) => validate["failureAction"])).toEqual([action]);
});

it("judges an object once, where the strictest place has it, and nothing that is exempt, with a policy for each place", () => {
  const exemptions = [{ namespaces: ["kube-system"], reason: "node agents", owner: "platform", expires: "2027-03-31" }];
  const policies = policiesUnder({ placements: [{ stage: "audit" }, { stage: "warn", namespaces: ["shop"] }, { stage: "enforce", namespaces: ["team-*", "*"] }], exemptions });
  expect(new Set(policies.map(({ metadata }) => metadata.annotations["portcullis.dev/exemptions"]))).toEqual(new Set(["kube-system: node agents (owner platform, until 2027-03-31)"]));
  expect(policies.map(({ metadata, spec }) => [metadata.name, spec.emitWarning, ...spec.rules.flatMap(({ name, match, exclude, validate }) => [name, match.any[0]?.resources["namespaces"], exclude, validate["failureAction"]])])).toEqual([
    // A lone star would take in objects outside namespaces.
    ["host-ports-enforce", undefined, "host-ports", ["team-*", "?*"], { any: [{ resources: { namespaces: ["kube-system"] } }] }, "Enforce"],
    ["host-ports-warn", true, "host-ports", ["shop"], { any: [{ resources: { namespaces: ["team-*", "?*", "kube-system"] } }] }, "Audit"],
    ["host-ports-audit", undefined, "host-ports", undefined, { any: [{ resources: { namespaces: ["team-*", "?*", "shop", "kube-system"] } }] }, "Audit"],
  ]);
});

it("writes nothing that Kyverno takes for a variable or a reference", () => {
  expect(celText("'a {{ request.object }} {{{b}}}' + r'\\$(x){{2}}' + {'a': {'b': 'it\\'s {{'}}")).toBe(
    "'a \\u007b{ request.object }} \\u007b\\u007b{b}}}' + '\\\\$\\u0028x)\\u007b{2}}' + {'a': {'b': 'it\\'s \\u007b{'}}",
  );
  const policyTexts = manifests.map(({ content }) => String(content)).join("");
  // Three variables, none of which holds text of an object beside other text.
  expect(new Set(policyTexts.match(/.*(?:\{\{|\$\().*/g)?.map((line) => line.trim()))).toEqual(new Set(['- key: "{{ changed }}"', '- key: "{{ length(violations) }}"', 'message: "{{ message }}"']));
});

it("loads nothing of the object into variables of JMESPath: Kyverno counts their size against one limit for all policies of a request", () => {
  const rules = manifests.flatMap(({ content }) => (documentsOf(content) as Policy[]).flatMap(({ spec }) => spec.rules));
  expect(new Set(rules.flatMap(({ context = [] }) => context.map(({ name }) => name)))).toEqual(new Set(["changed", "podPath", "violations", "message"]));
});

it("refuses a Kyverno that no longer runs ClusterPolicies", () => {
  const faults = validateTargetContent({ ...result.target, spec: { ...result.target.spec, engineVersion: "1.20" } }, catalogue);
  expect(faults.map(({ path, message }) => [path.join("."), message])).toEqual([["spec.engineVersion", expect.stringContaining("1.19 or older")]]);
});
