import { positionAt } from "../../diagnostics/span.ts";
import type { Severity } from "../../dsl/control.ts";
import { unservedKinds } from "../admission/match-rules.ts";
import type { Backend, CompiledControl, CompiledDetection, Emission, EmitRequest } from "../backend.ts";
import { type Capability, capabilityReport } from "../capability-report.ts";
import { withSums } from "../delivery.ts";
import { Definitions } from "./definitions.ts";
import { detectionRules, type DetectionRules } from "./detection-rules.ts";
import { engineVersionFor } from "./engine.ts";
import { oneLine } from "./names.ts";
import { objectRules } from "./objects/object-rules.ts";
import type { RuleOwner } from "./rule.ts";
import { type RuleGroup, rulesFile, rulesPath } from "./rules-file.ts";

/** Emits Falco's rules: one file for system calls, one for the API server's audit log, and one for objects that were stored in spite of a control. */
export const falco: Backend = {
  name: "falco",
  judges: "events",
  reportsObjects: true,
  versions: { oldest: "0.42", because: "the rules name fields of the plugin container, which older ones lack or have under other rules" },
  emit: async (request) => emitFalco(request),
};

const severities: readonly Severity[] = ["critical", "high", "medium", "low", "info"];

/** The files of a target with this backend. */
export function emitFalco(request: EmitRequest): Emission {
  const { controls, detections = [], settings, target } = request;
  const isSelected = ({ id }: { readonly id: string }): boolean => settings.controls[id] === true;
  const definitions = new Definitions();
  const watched = detections.filter(isSelected).toSorted(byId).map((detection): Made => ({ owner: ownerOfDetection(detection), path: rulesPath(detection.detection.source), prevents: "no: it is about what runs, not about an object", ...detectionRules(detection, request, definitions) }));
  const stored = controls.filter(isSelected).toSorted(byId).map((control): Made => ({ owner: ownerOfControl(control), path: rulesPath("objects"), prevents: preventionOf(control), ...objectRules(control, request, definitions) }));
  const made = [...watched, ...stored];
  const groups = groupsOf(made, request);
  const version = engineVersionFor(target.engineVersion);
  const files = ([["syscall", "syscall"], ["k8s_audit", "k8s_audit"], ["objects", "k8s_audit"]] as const).flatMap(([name, source]) => {
    const path = rulesPath(name);
    const own = groups.filter((group) => group.path === path);
    return own.length === 0 ? [] : [rulesFile(path, source, own, definitions, version, name === "objects" ? aboutObjects : "")];
  });
  const capabilities = made.map((each) => ({ path: each.path, capability: capabilityOf(each, request) })).toSorted((left, right) => byId({ id: left.capability.control }, { id: right.capability.control }));
  return {
    files: withSums([...files, ...capabilityReport(target.name, "falco", capabilities.map(({ capability }) => capability))]),
    controls: capabilities.map(({ path, capability: { control, emitted, reason } }) => ({ control, emitted, ...(reason === undefined ? {} : { reason }), files: emitted ? [path] : [] })),
    diagnostics: made.flatMap(({ diagnostics }) => diagnostics),
    faults: [],
  };
}

/** What was made of a detection or control, and for which file. */
interface Made extends DetectionRules {
  readonly owner: RuleOwner;
  readonly path: string;
  /** Whether admission prevents it, for the report. */
  readonly prevents: string;
}

const byId = (left: { readonly id: string }, right: { readonly id: string }): number => (left.id < right.id ? -1 : 1);

const ownerOfDetection = ({ detection, id, source: file }: CompiledDetection): RuleOwner => ({ ...detection, id, file });

/** A control as what makes rules of the audit log. */
const ownerOfControl = ({ control: { description, frameworks, remediation, severity, title }, id, source: file }: CompiledControl): RuleOwner => ({ id, file, title, description, severity, frameworks, response: remediation, techniques: [], source: "k8s_audit" });

const preventionOf = ({ check: { match } }: CompiledControl): string => (unservedKinds(match).length < match.kinds.length ? "at admission" : "no: no request holds it");

const aboutObjects = `#
# These rules report objects that were stored although a control denies them: while its policy only audited, before it was there, or
# while its engine was down. They read what requests create or replace, so the audit policy must log these at level Request. A patch
# holds only what it changes and is not read; what a patched template leads to shows in the Pods that are made of it. Of each list a
# few elements are asked, one by one; an object with more is reported for that.
`;

/** What has rules, the gravest first, for Falco reports an event by the first rule that matches. */
function groupsOf(made: readonly Made[], { target }: EmitRequest): readonly (RuleGroup & { readonly path: string })[] {
  const titles = made.flatMap(({ rules }) => rules.map(({ title }) => title));
  const isAlone = (title: string): boolean => titles.filter((other) => other === title).length === 1;
  const rank = ({ of }: RuleGroup): number => severities.indexOf(of.severity);
  return made
    .filter(({ rules }) => rules.length > 0)
    .map(({ owner, path, rules }) => ({
      of: owner,
      path,
      rules: rules.map((rule) => ({ name: `Portcullis ${oneLine(rule.title)}${isAlone(rule.title) ? "" : ` (${[owner.id, rule.finding].filter((part) => part !== undefined).join(" ")})`}`, rule })),
      exemptions: target.rollout(owner.id).exemptions,
    }))
    .toSorted((left, right) => rank(left) - rank(right));
}

/** What became of a detection or control, with the author's line where a rule of it is missing. */
function capabilityOf({ owner: { file, id }, prevents, reasons, rules }: Made, { sourceOf }: EmitRequest): Capability {
  const span = reasons.find((reason) => reason.span !== undefined)?.span;
  const text = span === undefined ? undefined : sourceOf(span.file);
  return {
    control: id,
    emitted: rules.length > 0,
    prevents,
    ...(reasons.length === 0 ? {} : { reason: reasons.map((reason) => reason.text).join(" ") }),
    source: span === undefined || text === undefined ? file : `${span.file}:${positionAt(text, span.start).line}`,
  };
}
