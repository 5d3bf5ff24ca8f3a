import { expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import type { CompiledControl } from "../../src/backends/backend.ts";
import { emitKubernetes } from "../../src/backends/kubernetes/index.ts";
import type { Exemption, Placement, Rollout, Stage } from "../../src/backends/rollout.ts";
import { defaultParameters, newestMinor } from "../../src/plain/judge.ts";
import { targetSettings } from "../target-settings.ts";
import { admit, type AdmissionOutcome, type AdmissionRequest } from "./admission/judge.ts";
import { compiledControls } from "./admission/policies.ts";

const controls = [...compiledControls("test/fixtures/rollout"), ...compiledControls("policies")];

function controlOf(id: string): CompiledControl {
  const control = controls.find((each) => each.id === id);
  if (control === undefined) throw new Error(`there is no control ${id}`);
  return control;
}

interface Emitted {
  readonly kind: string;
  readonly spec: { readonly matchConditions?: readonly unknown[] };
}

/** The policies and bindings of a control under a rollout. */
function emitted(control: CompiledControl, rollout: Rollout): { readonly policies: readonly Emitted[]; readonly bindings: readonly Emitted[] } {
  const settings = { kubernetesMinor: newestMinor, controls: { [control.id]: true as const }, parameters: { [control.id]: defaultParameters(control.control) } };
  const { files } = emitKubernetes({ controls: [control], settings, target: targetSettings("audit", { rollout: () => rollout }), sourceOf: () => undefined, compiler: "auto" });
  const documents = files.filter(({ path }) => path === `${control.domain}/${control.id}.yaml`).flatMap(({ content }) => parseAllDocuments(String(content)).map((document) => document.toJS() as Emitted));
  return { policies: documents.filter(({ kind }) => kind === "ValidatingAdmissionPolicy"), bindings: documents.filter(({ kind }) => kind === "ValidatingAdmissionPolicyBinding") };
}

const names = ["shop", "team-a", "team-b", "team-a-dev", "shop-dev", "kube-system", "dev"];
const namespaces = names.map((name) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels: { "kubernetes.io/metadata.name": name } } }));

/** A marked object: a Namespace under its own name, a ConfigMap in a namespace, a ClusterRole in none. */
function marked(kind: "Namespace" | "ConfigMap" | "ClusterRole", name: string): AdmissionRequest {
  const labels = { mark: "x", ...(kind === "Namespace" ? { "kubernetes.io/metadata.name": name } : {}) };
  const metadata = kind === "ConfigMap" ? { name: "settings", namespace: name, labels } : { name, labels };
  return { operation: "CREATE", object: { apiVersion: kind === "ClusterRole" ? "rbac.authorization.k8s.io/v1" : "v1", kind, metadata } };
}

const asked = names.flatMap((name) => (["Namespace", "ConfigMap", "ClusterRole"] as const).map((kind) => ({ kind, name, request: marked(kind, name) })));

const isIn = (globs: readonly string[], name: string): boolean => globs.some((glob) => new RegExp(`^${glob.replaceAll("*", ".*")}$`).test(name));

/** The stages that hold for an object, by the words of the rollout. */
function stagesOf({ exemptions, placements }: Rollout, kind: string, name: string): ReadonlySet<Stage> {
  const namespace = kind === "ClusterRole" ? undefined : name;
  if (namespace !== undefined && exemptions.some(({ namespaces: exempt }) => isIn(exempt, namespace))) return new Set();
  return new Set(placements.filter(({ namespaces: named }) => named === undefined || (namespace !== undefined && isIn(named, namespace))).map(({ stage }) => stage));
}

const said = ({ audited, denied, warnings }: AdmissionOutcome): object => ({ denied: denied !== undefined, warned: warnings.length > 0, audited: audited.length > 0 });
const expected = (stages: ReadonlySet<Stage>): object => ({ denied: stages.has("enforce"), warned: stages.has("warn"), audited: stages.has("warn") || stages.has("audit") });

const everywhere = (stage: Stage): Placement => ({ stage });
const inside = (stage: Stage, ...globs: readonly string[]): Placement => ({ stage, namespaces: globs });
const exempt = (...globs: readonly string[]): Exemption => ({ namespaces: globs, reason: "a test" });

const rollouts: Readonly<Record<string, Rollout>> = {
  "one stage everywhere": { placements: [everywhere("enforce")], exemptions: [] },
  "one stage in every namespace": { placements: [inside("enforce", "*")], exemptions: [] },
  "one stage in namespaces by name": { placements: [inside("enforce", "shop", "team-a")], exemptions: [] },
  "one stage in namespaces by prefix": { placements: [inside("enforce", "team-*")], exemptions: [] },
  "one stage in namespaces by suffix and name": { placements: [inside("warn", "*-dev", "shop")], exemptions: [] },
  "a stricter stage in namespaces by name": { placements: [everywhere("audit"), inside("enforce", "shop")], exemptions: [] },
  "a stricter stage in namespaces by glob": { placements: [everywhere("audit"), inside("enforce", "team-*")], exemptions: [] },
  "three stages, of which two are in namespaces by glob": { placements: [everywhere("audit"), inside("warn", "team-*", "shop"), inside("enforce", "*-dev")], exemptions: [] },
  "three stages, of which none is everywhere": { placements: [inside("audit", "kube-system"), inside("warn", "shop", "dev"), inside("enforce", "team-*")], exemptions: [] },
  "exemptions by name": { placements: [everywhere("enforce")], exemptions: [exempt("kube-system"), exempt("shop", "dev")] },
  "exemptions by glob": { placements: [everywhere("enforce")], exemptions: [exempt("team-*"), exempt("*-dev")] },
  "exemptions by name and glob from several placements": { placements: [everywhere("audit"), inside("enforce", "team-*"), inside("warn", "shop")], exemptions: [exempt("*-dev", "kube-system")] },
  "an exemption of every namespace": { placements: [everywhere("enforce")], exemptions: [exempt("*")] },
};

for (const [title, rollout] of Object.entries(rollouts)) {
  it(`puts a control in force as far as the target says: ${title}`, async () => {
    const { bindings, policies } = emitted(controlOf("marked-objects"), rollout);
    const { outcomes, refused } = await admit(policies, { bindings, namespaces }, asked.map(({ request }) => request));
    expect(refused).toEqual([]);
    expect(outcomes.filter(({ error }) => error !== undefined)).toEqual([]);
    const found = asked.map(({ kind, name }, place) => ({ kind, name, ...said(outcomes[place] as AdmissionOutcome) }));
    expect(found).toEqual(asked.map(({ kind, name }) => ({ kind, name, ...expected(stagesOf(rollout, kind, name)) })));
  });
}

it("asks a control of Namespaces for their own names, and one of pods for their namespaces", async () => {
  const rollout: Rollout = { placements: [inside("enforce", "team-*")], exemptions: [exempt("*-dev")] };
  const cases = [
    { id: "pod-security-labels", object: (name: string) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels: { "kubernetes.io/metadata.name": name } } }) },
    { id: "privileged-containers", object: (name: string) => ({ apiVersion: "v1", kind: "Pod", metadata: { name: "web", namespace: name }, spec: { containers: [{ name: "web", securityContext: { privileged: true } }] } }) },
  ];
  for (const { id, object } of cases) {
    const { bindings, policies } = emitted(controlOf(id), rollout);
    const { outcomes, refused } = await admit(policies, { bindings, namespaces }, names.map((name) => ({ operation: "CREATE", object: object(name) })));
    expect(refused).toEqual([]);
    expect(names.filter((_, place) => outcomes[place]?.denied !== undefined)).toEqual(["team-a", "team-b"]);
  }
});

it("judges a Namespace that is only being created by its own name", async () => {
  const { bindings, policies } = emitted(controlOf("marked-objects"), { placements: [inside("enforce", "team-*")], exemptions: [] });
  const request = marked("Namespace", "team-new");
  const { outcomes } = await admit(policies, { bindings, namespaces }, [request]);
  expect(outcomes[0]?.denied).toContain("metadata.labels.mark: is marked");
});

it("emits nothing for a control of objects outside namespaces that is in force in namespaces alone", () => {
  expect(emitted(controlOf("marked-roles"), { placements: [inside("enforce", "shop")], exemptions: [] })).toEqual({ policies: [], bindings: [] });
  expect(emitted(controlOf("marked-roles"), { placements: [everywhere("audit"), inside("enforce", "shop")], exemptions: [exempt("*")] }).bindings).toHaveLength(1);
});
