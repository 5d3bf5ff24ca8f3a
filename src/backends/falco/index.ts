import { positionAt } from "../../diagnostics/span.ts";
import type { Severity } from "../../dsl/control.ts";
import type { EventSource } from "../../events/event-field.ts";
import type { Backend, CompiledDetection, Emission, EmitRequest } from "../backend.ts";
import { type Capability, capabilityReport } from "../capability-report.ts";
import { withSums } from "../delivery.ts";
import { Definitions } from "./definitions.ts";
import { detectionRules, type DetectionRules } from "./detection-rules.ts";
import { engineVersionFor } from "./engine.ts";
import { oneLine } from "./names.ts";
import { type RuleGroup, rulesFile, rulesPath } from "./rules-file.ts";

/** Emits Falco's rules: one file for system calls, one for the API server's audit log. */
export const falco: Backend = {
  name: "falco",
  judges: "events",
  versions: { oldest: "0.42", because: "the rules name fields of the plugin container, which older ones lack or have under other rules" },
  emit: async (request) => emitFalco(request),
};

const sources: readonly EventSource[] = ["syscall", "k8s_audit"];
const severities: readonly Severity[] = ["critical", "high", "medium", "low", "info"];

/** The files of a target with this backend. */
export function emitFalco(request: EmitRequest): Emission {
  const { detections = [], settings, target } = request;
  const selected = detections.filter(({ id }) => settings.controls[id] === true).toSorted((left, right) => (left.id < right.id ? -1 : 1));
  const definitions = new Definitions();
  const made = new Map(selected.map((detection) => [detection, detectionRules(detection, request, definitions)]));
  const groups = groupsOf(made, request);
  const files = sources.flatMap((source) => {
    const own = groups.filter(({ detection }) => detection.detection.source === source);
    return own.length === 0 ? [] : [rulesFile(source, own, definitions, engineVersionFor(target.engineVersion))];
  });
  const capabilities = [...made].map(([detection, rules]) => capabilityOf(detection, rules, request));
  const emitted = capabilities.map(({ source: _, ...capability }, index) => ({ ...capability, files: capability.emitted ? [rulesPath(selected[index]?.detection.source ?? "syscall")] : [] }));
  return {
    files: withSums([...files, ...capabilityReport(target.name, "falco", capabilities)]),
    controls: emitted,
    diagnostics: [...made.values()].flatMap(({ diagnostics }) => diagnostics),
    faults: [],
  };
}

/** The detections that have rules, the gravest first, for Falco reports an event by the first rule that matches. */
function groupsOf(made: ReadonlyMap<CompiledDetection, DetectionRules>, { target }: EmitRequest): readonly RuleGroup[] {
  const titles = [...made.values()].flatMap(({ rules }) => rules.map(({ title }) => title));
  const isAlone = (title: string): boolean => titles.filter((other) => other === title).length === 1;
  const rank = ({ detection }: RuleGroup): number => severities.indexOf(detection.detection.severity);
  return [...made]
    .filter(([, { rules }]) => rules.length > 0)
    .map(([detection, { rules }]): RuleGroup => ({
      detection,
      rules: rules.map((rule) => ({ name: `Portcullis ${oneLine(rule.title)}${isAlone(rule.title) ? "" : ` (${[detection.id, rule.finding].filter((part) => part !== undefined).join(" ")})`}`, rule })),
      exemptions: target.rollout(detection.id).exemptions,
    }))
    .toSorted((left, right) => rank(left) - rank(right));
}

/** What became of a detection, with the author's line where a rule of it is missing. */
function capabilityOf({ id, source }: CompiledDetection, { reasons, rules }: DetectionRules, { sourceOf }: EmitRequest): Capability {
  const span = reasons.find((reason) => reason.span !== undefined)?.span;
  const text = span === undefined ? undefined : sourceOf(span.file);
  return {
    control: id,
    emitted: rules.length > 0,
    ...(reasons.length === 0 ? {} : { reason: reasons.map((reason) => reason.text).join(" ") }),
    source: span === undefined || text === undefined ? source : `${span.file}:${positionAt(text, span.start).line}`,
  };
}
