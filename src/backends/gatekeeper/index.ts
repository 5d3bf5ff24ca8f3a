import { emitPolicies, type PolicyBackend, type PolicyFiles, type PolicyRefusal } from "../admission/emission.ts";
import type { Backend, CompiledControl, Emission, EmitRequest, TargetSettings } from "../backend.ts";
import { type CostReport, excessOf } from "../cel/cost/report.ts";
import { findRegoCompiler } from "../opa/rego-compiler.ts";
import { yamlText } from "../yaml-text.ts";
import { celSource } from "./cel-source.ts";
import { constraintsOf } from "./constraint.ts";
import { gatekeeper as diagnostics } from "./diagnostics.ts";
import { formattedSources } from "./formatted-sources.ts";
import { kustomizations } from "./kustomizations.ts";
import { constraintKind } from "./names.ts";
import { reasonsOf } from "./reasons.ts";
import { type RegoSource, regoSource } from "./rego-source.ts";
import { constraintPath, suiteOf } from "./suite.ts";
import { syncSet } from "./sync.ts";
import { templateOf } from "./template.ts";
import { unservedKinds } from "../admission/match-rules.ts";

/**
 * Emits for each selected control a ConstraintTemplate, in Rego or in CEL as the target says, a Constraint for each place where it
 * is in force, and a Suite for `gator verify`. The Kubernetes minor is written into the template; parameters stand in the constraint.
 */
export const gatekeeper: Backend = {
  name: "gatekeeper",
  judges: "objects",
  versions: { oldest: "3.19", because: "older ones do not read Rego v1 in templates" },
  async emit(request) {
    if (request.target.gatekeeper.language === "cel") return emitGatekeeper(request, new Map());
    const compiler = await findRegoCompiler(request.compiler);
    if ("missing" in compiler) return { files: [], diagnostics: [], faults: [compiler.missing] };
    return emitGatekeeper(request, await formattedSources(compiler, regoSources(request)));
  },
  preview: async (request) => emitGatekeeper(request),
};

/** The files of a target with this backend. `sources`: the Rego of each control, where templates are in Rego. */
export const emitGatekeeper = (request: EmitRequest, sources: ReadonlyMap<string, RegoSource> = regoSources(request)): Emission => emitPolicies(policies(sources), request);

/** The Rego of each control that a target selects, as the printer leaves it. */
export function regoSources({ controls, settings, target }: EmitRequest): ReadonlyMap<string, RegoSource> {
  const selected = controls.filter((compiled) => settings.controls[compiled.id] === true && isServed(compiled) && refusalOf(compiled, target) === undefined);
  return new Map(selected.map((compiled) => [compiled.id, regoSource(compiled, kindOf(compiled, controls), settings.kubernetesMinor)]));
}

/** Whether an API server is ever sent what the control judges. */
const isServed = ({ check: { match } }: CompiledControl): boolean => unservedKinds(match).length < match.kinds.length;

/** Gatekeeper's Rego alone is given other objects, by what a SyncSet names. */
const looksUp = ({ check }: CompiledControl, { gatekeeper: { language } }: TargetSettings): boolean => language === "rego" && check.capabilities.some(({ name }) => name === "lookup");

const kindOf = ({ id }: CompiledControl, controls: readonly CompiledControl[]): string => constraintKind(id, controls.map((other) => other.id));

const policies = (sources: ReadonlyMap<string, RegoSource>): PolicyBackend => ({
  name: "gatekeeper",
  seesOthers: ({ gatekeeper }) => gatekeeper.language === "rego",
  isWebhook: true,
  asksNamespaceWrites: false,
  cannotExpress: (what, span) => diagnostics["cannot-express"]({ what }, span),
  kustomizations,
  policyFiles(compiled, request) {
    const { settings, target } = request;
    const refusal = refusalOf(compiled, target);
    if (refusal !== undefined) return { refusal };
    const kind = kindOf(compiled, request.controls);
    if (target.gatekeeper.language === "cel") {
      const made = celSource(compiled, settings.kubernetesMinor, target.gatekeeper.generateVAP, settings.parameters[compiled.id] ?? {});
      if ("refusal" in made) return made;
      const { cel, cost } = made;
      const [clause] = compiled.check.clauses;
      const excess = excessOf(cost);
      // What no object can pass; larger ones may be denied for their cost alone, which the report tells.
      if (cost.elements === 0 && excess !== undefined && clause !== undefined) return { refusal: { what: excess, span: clause.span, cost } };
      return filesOf(compiled, kind, templateOf(compiled, kind, { cel }), request, cost);
    }
    const rego = sources.get(compiled.id);
    if (rego === undefined) throw new Error(`the Rego of ${compiled.id} was not made`);
    return filesOf(compiled, kind, templateOf(compiled, kind, { rego }), request);
  },
});

function filesOf(compiled: CompiledControl, kind: string, template: Readonly<Record<string, unknown>>, request: EmitRequest, cost?: CostReport): PolicyFiles {
  const { domain, id, source } = compiled;
  const rollout = request.target.rollout(id);
  const constraints = constraintsOf(compiled, kind, rollout, request.settings.parameters[id] ?? {});
  const { fails, files } = suiteOf(compiled, constraints, request);
  const reasons = reasonsOf(compiled, request.target, { fails, constraints: constraints.length, ...(cost === undefined ? {} : { cost }) });
  const reason = reasons.length === 0 ? {} : { reason: reasons.join(" ") };
  if (constraints.length === 0) return { manifests: [], ...reason };
  const header = [`Generated by Portcullis from ${source}; do not edit.`];
  return {
    manifests: [
      { path: `templates/${domain}/${id}.yaml`, content: yamlText(header, [template]) },
      ...(looksUp(compiled, request.target) ? [{ path: `sync/${domain}/${id}.yaml`, content: yamlText(header, [syncSet(compiled)]) }] : []),
      ...constraints.map((placed) => ({ path: constraintPath(compiled, placed), content: yamlText(header, [placed.document]) })),
    ],
    beside: files,
    ...reason,
    ...(cost === undefined ? {} : { cost }),
  };
}

/** The first Gatekeeper whose two drivers were seen to give a policy the Namespace of an object. Up to 3.21 CEL has null for it. */
const firstWithNamespace = [3, 23] as const;

/** What stands in the way of a control, at the author's line. */
function refusalOf({ check }: CompiledControl, { engineVersion }: TargetSettings): PolicyRefusal | undefined {
  const spanOf = (name: string) => check.capabilities.find((capability) => capability.name === name)?.span;
  const namespace = spanOf("namespace");
  const [major = 0, minor = 0] = (engineVersion ?? firstWithNamespace.join(".")).split(".").map(Number);
  const isOld = major < firstWithNamespace[0] || (major === firstWithNamespace[0] && minor < firstWithNamespace[1]);
  return namespace !== undefined && isOld ? { what: `the Namespace of an object before Gatekeeper ${firstWithNamespace.join(".")}`, span: namespace } : undefined;
}
