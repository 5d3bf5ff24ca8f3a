import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { positionAt, type Span } from "../../diagnostics/span.ts";
import type { CompiledControl, Emission, EmitRequest, EmittedFile, TargetSettings } from "../backend.ts";
import { type Capability, capabilityReport } from "../capability-report.ts";
import type { CostReport } from "../cel/cost/report.ts";
import { kustomization, withSums } from "../delivery.ts";
import { admission } from "./diagnostics.ts";
import { unservedKinds } from "./match-rules.ts";
import { unaskedReason, unaskedWrites } from "./unasked-kinds.ts";
import { withoutLookups } from "./without-lookups.ts";

/** What an engine cannot say of a control, and the author's line. */
export interface PolicyRefusal {
  readonly what: string;
  readonly span: Span;
  /** Of what would cost more than the engine grants. */
  readonly cost?: CostReport;
}

/** What an engine gets for one control. */
export interface PolicyFiles {
  /** What is applied to a cluster, with the folder of the control's domain in the paths. None: the control is not there. */
  readonly manifests: readonly EmittedFile[];
  /** What is not applied: tests in the engine's own format. */
  readonly beside?: readonly EmittedFile[];
  /** A part of the control that is not there, and why: a sentence for the capability report. */
  readonly reason?: string;
  /** What it costs, where the engine limits that. */
  readonly cost?: CostReport;
}

/** How a backend of admission policies differs from the others. */
export interface PolicyBackend {
  readonly name: string;
  /** Whether its policies can look at objects beside the one under review. */
  readonly seesOthers: (target: TargetSettings) => boolean;
  /** Whether the API server asks it as a webhook, which it asks about less than its own policies. */
  readonly isWebhook: boolean;
  /** Whether its policies of changes are asked about every way to change a Namespace. */
  readonly asksNamespaceWrites: boolean;
  /** The files of one control, or what stands in the way. */
  readonly policyFiles: (control: CompiledControl, request: EmitRequest) => PolicyFiles | { readonly refusal: PolicyRefusal };
  /** The Kustomizations of what is applied; one over all manifests where the backend says nothing. */
  readonly kustomizations?: (manifests: readonly EmittedFile[]) => readonly EmittedFile[];
  /** The warning at the author's line for what the backend cannot express. */
  readonly cannotExpress: (what: string, span: Span) => Diagnostic;
  /** The warning at the author's line for what would cost too much. */
  readonly costsTooMuch?: (what: string, span: Span) => Diagnostic;
}

/** What became of one control. */
interface Outcome extends PolicyFiles {
  readonly capability: Capability;
  readonly diagnostics: readonly Diagnostic[];
}

/** Everything of a target whose policies judge requests: policies and their tests, kustomization, capability report, sums. */
export function emitPolicies(backend: PolicyBackend, request: EmitRequest): Emission {
  const { controls, settings, target } = request;
  const selected = controls.filter(({ id }) => settings.controls[id] === true).toSorted((left, right) => (left.id < right.id ? -1 : 1));
  const outcomes = selected.map((control) => outcomeOf(backend, control, request));
  const manifests = outcomes.flatMap((outcome) => outcome.manifests).toSorted((left, right) => (left.path < right.path ? -1 : 1));
  const report = capabilityReport(target.name, backend.name, outcomes.map(({ capability }) => capability));
  const applied = backend.kustomizations?.(manifests) ?? [kustomization(manifests)];
  const files = withSums([...manifests, ...outcomes.flatMap(({ beside = [] }) => beside), ...applied, ...report]);
  const emitted = outcomes.map(({ capability: { cost: _cost, source: _, ...capability }, manifests: own }) => ({ ...capability, files: own.map(({ path }) => path) }));
  return { files, controls: emitted, diagnostics: outcomes.flatMap(({ diagnostics }) => diagnostics), faults: [] };
}

function outcomeOf(backend: PolicyBackend, control: CompiledControl, request: EmitRequest): Outcome {
  const { check, id, source } = control;
  const unserved = unservedKinds(check.match);
  const names = unserved.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`).join(", ");
  const { component, files } = check.match;
  const unseen = files === true ? ["It judges manifests: the API server shows an object in the version that a policy asks for, whatever was sent."] : component !== undefined ? [`The flags of ${component} are set in files of its node, which no request brings to the API server; it is shown a mirror of a static Pod when that runs already.`] : unserved.length === 0 ? [] : [`${names} ${unserved.length === 1 ? "is a configuration file, which no request brings" : "are configuration files, which no request brings"} to the API server.`];
  if (unserved.length > 0 && unserved.length === check.match.kinds.length) return { manifests: [], capability: { control: id, emitted: false, reason: unseen.join(" "), source }, diagnostics: [] };

  const lookup = check.capabilities.find(({ name }) => name === "lookup");
  const visible = backend.seesOthers(request.target) ? { control, left: [] } : withoutLookups(control);
  const made = visible === undefined ? { refusal: { what: "other objects", span: lookup?.span ?? { file: source, start: 0, end: 0 } } } : backend.policyFiles(visible.control, request);
  if ("refusal" in made) {
    const { cost, what, span } = made.refusal;
    const capability = { control: id, emitted: false, reason: `The backend ${backend.name} cannot express ${what}.`, source: placeOf(span, request.sourceOf), ...(cost === undefined ? {} : { cost }) };
    return { manifests: [], capability, diagnostics: [(cost === undefined ? undefined : backend.costsTooMuch?.(what, span)) ?? backend.cannotExpress(what, span)] };
  }
  const left = visible?.left ?? [];
  const findings = `the ${left.length === 1 ? "finding" : "findings"} ${left.map((letter) => `(${letter})`).join(", ")}`;
  const need = left.length === 1 ? "needs" : "need";
  const partly = left.length === 0 ? [] : [`Without ${findings}, which ${need} other objects: the backend ${backend.name} shows a policy one at a time.`];
  const reasons = [...unseen, ...(made.manifests.length === 0 ? [] : [...(backend.isWebhook ? unaskedReason(check.match) : []), ...unaskedWrites(check, backend.asksNamespaceWrites)]), ...partly, ...(made.reason === undefined ? [] : [made.reason])];
  return { ...made, capability: { control: id, emitted: made.manifests.length > 0, ...(reasons.length === 0 ? {} : { reason: reasons.join(" ") }), source, ...(made.cost === undefined ? {} : { cost: made.cost }) }, diagnostics: left.length === 0 || lookup === undefined ? [] : [admission["finding-left-out"]({ backend: backend.name, findings, need }, lookup.span)] };
}

function placeOf({ file, start }: Span, sourceOf: EmitRequest["sourceOf"]): string {
  const text = sourceOf(file);
  return text === undefined ? file : `${file}:${positionAt(text, start).line}`;
}
