import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { constraintKind, constraintName } from "../../src/backends/gatekeeper/names.ts";
import { parametersSchema } from "../../src/backends/gatekeeper/parameters-schema.ts";
import type { EmittedFile, TargetSettings } from "../../src/backends/backend.ts";
import { emitGatekeeper } from "../../src/backends/gatekeeper/index.ts";
import { describeControls } from "../../src/backends/opa/describe-controls.ts";
import type { Rollout } from "../../src/backends/rollout.ts";
import { settingsFor } from "../../src/bundle/settings.ts";
import { compile } from "../../src/compile.ts";
import { integer, strings } from "../../src/dsl/parameters.ts";
import { selectControls } from "../../src/profiles/selection.ts";
import { keptCases } from "../kept-cases.ts";
import { targetSettings } from "../target-settings.ts";
import { compiledPolicies } from "../compiled-policies.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const { controls, sourceOf } = compiledPolicies;
const catalogue = describeControls(controls);
const selected = selectControls(catalogue.controls, { profiles: ["all"], kubernetesMinor: 37 }).controls.map(({ id }) => id);

type Document = { readonly apiVersion: string; readonly kind: string; readonly metadata: { readonly name: string; readonly annotations: Readonly<Record<string, string>> }; readonly spec: Readonly<Record<string, unknown>> };

const targets = { gatekeeper: { language: "rego", generateVAP: false }, "gatekeeper-cel": { language: "cel", generateVAP: false } } as const;

/** What a target of these controls is made of; Rego as the printer leaves it, since the formatter is no part of Node. */
function emitted(ids: readonly string[], settings: Partial<TargetSettings> = {}): readonly EmittedFile[] {
  const chosen = catalogue.controls.filter(({ id }) => ids.includes(id));
  const given = settingsFor(catalogue, chosen, 37);
  return emitGatekeeper({ controls, settings: given, derived: (control) => keptCases.derivedFor(control, given), target: targetSettings("audit", settings), sourceOf, compiler: "auto" }).files;
}

const read = (files: readonly EmittedFile[], path: string): Document => parse(String(files.find((file) => file.path === path)?.content)) as Document;

for (const [name, options] of Object.entries(targets)) {
  const files = emitted(selected, { name, engineVersion: "3.23", gatekeeper: options });

  it(`emits the files of ${name} that are kept, but for the white space and the last commas of lists that OPA's formatter sets`, () => {
    const folder = join(root, "golden", name);
    const kept = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1).replaceAll("\\", "/"));
    expect(kept.sort()).toEqual(files.map(({ path }) => path).sort());
    const squeeze = (text: string): string => text.replace(/\s+/g, "").replace(/,(?=[\])}])/g, "");
    const differing = files.filter(({ path, content }) => path !== "SHA256SUMS" && squeeze(readFileSync(join(folder, path), "utf8")) !== squeeze(String(content)));
    expect(differing.map(({ path }) => path)).toEqual([]);
  });

  it(`gives each control of ${name} one template in one language, and a constraint of the kind that it makes`, () => {
    const templates = files.filter(({ path }) => /^templates\/.*\/.*\.yaml$/.test(path));
    expect(templates.length).toBeGreaterThan(15);
    for (const { path } of templates) {
      const template = read(files, path);
      const constraint = read(files, path.replace("templates/", "constraints/"));
      const { crd, targets: [target] } = template.spec as unknown as { crd: { spec: { names: { kind: string } } }; targets: [{ code: { engine: string; source: Record<string, unknown> }[] }] };
      const { kind } = crd.spec.names;
      expect(template.metadata.name).toBe(kind.toLowerCase());
      expect(constraint.kind).toBe(kind);
      expect(constraint.metadata.name).toBe(template.metadata.annotations["portcullis.dev/control"]);
      expect(target.code.map(({ engine }) => engine)).toEqual([options.language === "cel" ? "K8sNativeValidation" : "Rego"]);
      expect(Object.keys(target.code[0]?.source ?? {}).filter((key) => key !== "libs")).toEqual(options.language === "cel" ? ["failurePolicy", "matchCondition", "variables", "validations", "generateVAP"] : ["version", "rego"]);
    }
  });
}

it("keeps to the library rules that a control reads", () => {
  const files = emitted(["host-ports", "wildcard-rules"]);
  const libraryOf = (path: string): string => (read(files, path).spec as unknown as { targets: [{ code: [{ source: { libs: [string] } }] }] }).targets[0].code[0].source.libs[0];
  const rules = (text: string): string[] => [...new Set([...text.matchAll(/^(?:default )?([a-z_]+)/gm)].map(([, name = ""]) => name))].filter((name) => name !== "package");
  expect(rules(libraryOf("templates/rbac/wildcard-rules.yaml"))).toEqual(["kubernetes_minor", "get", "full_name_of"]);
  expect(rules(libraryOf("templates/pod-security/host-ports.yaml"))).toEqual(["pod_prefix", "pod", "get", "text_of", "old_pod", "pod_is_unchanged", "all_containers"]);
});

it("writes where a control is in force into constraints, one for each place", () => {
  const rollout: Rollout = {
    placements: [{ stage: "enforce", namespaces: ["team-*", "shop"] }, { stage: "warn" }],
    exemptions: [{ namespaces: ["kube-system", "*-infra"], reason: "node agents", owner: "platform@example.com", ticket: "PLAT-1", expires: "2027-03-31" }],
  };
  const files = emitted(["wildcard-rules"], { rollout: () => rollout });
  const everywhere = read(files, "constraints/rbac/wildcard-rules.yaml");
  expect(everywhere.spec).toMatchObject({ enforcementAction: "warn", match: { kinds: [{ apiGroups: ["rbac.authorization.k8s.io"], kinds: ["Role", "ClusterRole"] }], excludedNamespaces: ["*-infra", "kube-system"] } });
  expect(everywhere.metadata.annotations).toEqual({ "portcullis.dev/control": "wildcard-rules", "portcullis.dev/exemptions": "kube-system, *-infra: node agents (owner platform@example.com, ticket PLAT-1, until 2027-03-31)" });
  const some = read(files, "constraints/rbac/wildcard-rules-enforce.yaml");
  expect(some.metadata.name).toBe("wildcard-rules-enforce");
  // A ClusterRole is in no namespace, and Gatekeeper would match it all the same.
  expect(some.spec).toMatchObject({ enforcementAction: "deny", match: { kinds: [{ apiGroups: ["rbac.authorization.k8s.io"], kinds: ["Role"] }], namespaces: ["team-*", "shop"] } });
});

it.each([["audit", "dryrun"], ["warn", "warn"], ["enforce", "deny"]] as const)("turns the stage %s into the enforcement action %s", (stage, action) => {
  const files = emitted(["host-ports"], { rollout: () => ({ placements: [{ stage }], exemptions: [] }) });
  expect(read(files, "constraints/pod-security/host-ports.yaml").spec).toMatchObject({ enforcementAction: action });
});

it("declares parameters in a structural schema, with their defaults", () => {
  expect(parametersSchema({ names: strings({ description: "Some names.", default: ["a"] }), limit: integer({ description: "At most.", default: 3, minimum: 1 }) })).toEqual({
    type: "object",
    properties: {
      names: { description: "Some names.", type: "array", items: { type: "string" }, default: ["a"] },
      limit: { description: "At most.", type: "integer", minimum: 1, default: 3 },
    },
  });
  expect(() => parametersSchema({ odd: { description: "", default: [], schema: { type: "array", uniqueItems: true } } })).toThrow(/uniqueItems/);
});

it("gives every control a kind of its own, within Kubernetes' limits", () => {
  expect(constraintKind("host-ports", ["host-ports", "other"])).toBe("PortcullisHostPorts");
  const twins = ["host-ports", "hostports"].map((id) => constraintKind(id, ["host-ports", "hostports"]).toLowerCase());
  expect(new Set(twins).size).toBe(2);
  const long = `a${"-long".repeat(16)}`;
  expect(constraintKind(long, [long]).length).toBe(63);
  expect(constraintName(long, "enforce").length).toBe(63);
  expect(constraintName("host-ports", "enforce")).toBe("host-ports-enforce");
});

it("applies templates and constraints apart, since the first make the kinds of the second", () => {
  const files = emitted(["host-ports"]);
  expect(["kustomization.yaml", "templates/kustomization.yaml", "constraints/kustomization.yaml"].map((path) => (read(files, path) as unknown as { resources: string[] }).resources)).toEqual([["templates", "constraints"], ["pod-security/host-ports.yaml"], ["pod-security/host-ports.yaml"]]);
});

it("emits what a template looks up as a SyncSet and as its annotation, in Rego alone: in CEL the control is left out at the author's line", () => {
  const folder = join(root, "test/diagnostics/gatekeeper/cannot-express");
  const compiled = compile(folder, folder);
  const settings = { kubernetesMinor: 37, controls: Object.fromEntries(compiled.controls.map(({ id }) => [id, true as const])), parameters: {} };
  const emissionIn = (language: "rego" | "cel") => emitGatekeeper({ controls: compiled.controls, settings, target: targetSettings("audit", { gatekeeper: { language, generateVAP: false } }), sourceOf: compiled.sourceOf, compiler: "auto" });
  const [rego, cel] = [emissionIn("rego"), emissionIn("cel")];
  expect(rego.diagnostics).toEqual([]);
  const documentUnder = (path: string) => read(rego.files, rego.files.find((file) => file.path.startsWith(path) && !file.path.endsWith("kustomization.yaml"))?.path ?? path) as unknown as { metadata: { annotations: Record<string, string> }; spec: { gvks: unknown } };
  expect(documentUnder("sync/").spec.gvks).toEqual([{ group: "networking.k8s.io", version: "v1", kind: "NetworkPolicy" }]);
  expect(JSON.parse(documentUnder("templates/").metadata.annotations["metadata.gatekeeper.sh/requires-sync-data"] ?? "")).toEqual([[{ groups: ["networking.k8s.io"], versions: ["v1"], kinds: ["NetworkPolicy"] }]]);
  expect(cel.diagnostics.map(({ code, severity }) => `${severity} ${code}`)).toEqual(["warning gatekeeper/cannot-express"]);
  expect(cel.files.filter(({ path }) => /^(?:templates|sync)\//.test(path))).toEqual([]);
});

it("refuses a control that reads the Namespace for a Gatekeeper that gives none, at the author's line", () => {
  const span = { file: "input.ts", start: 0, end: 1 };
  const reading = controls.filter(({ id }) => id === "host-ports").map((control) => ({ ...control, check: { ...control.check, capabilities: [{ name: "namespace" as const, span }] } }));
  const emissionFor = (engineVersion: string) => {
    const settings = { kubernetesMinor: 37, controls: { "host-ports": true as const }, parameters: {} };
    return emitGatekeeper({ controls: reading, settings, target: targetSettings("audit", { engineVersion }), sourceOf: () => "x", compiler: "auto" });
  };
  expect(emissionFor("3.22").diagnostics.map(({ message, span: at }) => `${at.file} ${message}`)).toEqual(["input.ts The gatekeeper backend cannot express the Namespace of an object before Gatekeeper 3.23, and leaves the control out."]);
  expect(emissionFor("3.23").diagnostics).toEqual([]);
});

it("says in the report where a policy that Gatekeeper generates goes further than the constraint", () => {
  const rollout: Rollout = { placements: [{ stage: "enforce" }], exemptions: [{ namespaces: ["kube-system"], reason: "nodes" }] };
  const reportOf = (generateVAP: boolean): string => String(emitted(["pod-security-labels"], { rollout: () => rollout, gatekeeper: { language: "cel", generateVAP } }).find(({ path }) => path === "CAPABILITIES.md")?.content);
  expect(reportOf(true)).toContain("judges Namespaces of every name");
  expect(reportOf(false)).not.toContain("judges Namespaces of every name");
});

it("asks each test for the whole message of every violation", () => {
  const suite = read(emitted(["host-ports"]), "tests/pod-security/host-ports/suite.yaml") as unknown as { tests: { cases: { name: string; object: string; assertions: { violations: number | string; message?: string }[] }[] }[] };
  const cases = suite.tests.flatMap((test) => test.cases);
  const failing = cases.filter(({ assertions }) => assertions[0]?.violations !== "no");
  expect(failing.length).toBeGreaterThan(1);
  for (const { assertions } of failing) {
    const messages = assertions.slice(1);
    expect(messages.every(({ message }) => /^\^.*\$$/.test(message ?? ""))).toBe(true);
    expect(messages.reduce((sum, { violations }) => sum + Number(violations), 0)).toBe(assertions[0]?.violations);
  }
  expect(cases.map(({ object }) => object)).toEqual(expect.arrayContaining(["create-1.yaml", "update-1.yaml", "delete-1.yaml"]));
});
