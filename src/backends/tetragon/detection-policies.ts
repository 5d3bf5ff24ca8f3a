import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Span } from "../../diagnostics/span.ts";
import type { DetectionRuleIr } from "../../ir/detection.ts";
import type { CompiledDetection } from "../backend.ts";
import { tetragon as diagnostics } from "./diagnostics.ts";
import { fits, packed } from "./pack.ts";
import { policyDocument } from "./policy.ts";
import { readCondition } from "./read-condition.ts";
import { type RuleSelectors, type Selector, selectorsOf } from "./selectors.ts";

/** What a target says of a detection. */
export interface DetectionSettings {
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Names of exempt namespaces, or `*`. */
  readonly exempt: readonly string[];
  readonly kills: boolean;
  readonly namespace?: string;
}

/** What Tetragon gets of a detection. */
export interface DetectionPolicies {
  readonly documents: readonly Readonly<Record<string, unknown>>[];
  /** How what is emitted differs from the detection, a line for each finding and hook. */
  readonly notes: readonly string[];
  /** Why findings are left out. */
  readonly reasons: readonly { readonly text: string; readonly span?: Span }[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The policies of a detection whose settings are fixed. */
export function detectionPolicies(detection: CompiledDetection, settings: DetectionSettings): DetectionPolicies {
  if (detection.detection.source !== "syscall") return { documents: [], notes: [], reasons: [{ text: "Tetragon sees the kernel, and no audit log." }], diagnostics: [] };
  const each = detection.ir.rules.map((rule, index) => policiesOf(detection, rule, detection.detection.rules[index]?.title ?? detection.detection.title, settings));
  const hooks = [...new Set(each.flatMap(({ hookNotes }) => hookNotes))];
  return {
    documents: each.flatMap(({ documents }) => documents),
    notes: [...each.flatMap(({ notes }) => notes), ...hooks],
    reasons: each.flatMap(({ reasons }) => reasons),
    diagnostics: each.flatMap((one) => one.diagnostics),
  };
}

type OfRule = DetectionPolicies & { readonly hookNotes: readonly string[] };

function policiesOf(detection: CompiledDetection, rule: DetectionRuleIr, title: string, settings: DetectionSettings): OfRule {
  const formula = readCondition(rule.condition, settings.parameters);
  const label = rule.finding === undefined ? "" : `Finding ${rule.finding}: `;
  const none = { documents: [], notes: [], diagnostics: [], hookNotes: [] };
  if (formula.kind === "constant") return { ...none, reasons: [{ text: `${label}${formula.value ? "It would report every event." : "With the target's parameters there is nothing that it could report."}`, span: rule.span }] };
  const whole = selectorsOf(formula, rule.span);
  const scoped = exempted(whole, settings);
  const found: RuleSelectors = { ...scoped, selectors: scoped.selectors.filter(({ filters }) => fits(filters)), narrower: [...scoped.narrower, ...(scoped.selectors.every(({ filters }) => fits(filters)) ? [] : ["Not seen: what needs more values at once than a hook can hold."])] };
  if (found.selectors.length === 0) {
    const { span, what } = found.untold[0] ?? { span: rule.span, what: "any part of the condition" };
    const isExempt = whole.selectors.length > 0 && found.untold.length === 0;
    if (isExempt) return { ...none, reasons: [{ text: `${label}The target exempts every pod that it is for.`, span: rule.span }] };
    return { ...none, reasons: [{ text: `${label}The backend tetragon cannot express ${what}.`, span }], diagnostics: [diagnostics["cannot-express"]({ what }, span)] };
  }
  const differs = [...(found.wider.length === 0 ? [] : [`Reports more than the detection. ${found.wider.join(" ")}`]), ...(found.narrower.length === 0 ? [] : [`Reports less than the detection. ${found.narrower.join(" ")}`])];
  const base = ["portcullis", detection.id, ...(rule.finding === undefined ? [] : [rule.finding])].join("-");
  const facts = { detection, title, differs, kills: settings.kills, ...(rule.finding === undefined ? {} : { finding: rule.finding }), ...(settings.namespace === undefined ? {} : { namespace: settings.namespace }) };
  return {
    documents: packed(found.selectors).map((policy, index) => policyDocument(index === 0 ? base : `${base}-${index + 1}`, policy, facts)),
    notes: differs.map((text) => `${label}${text}`),
    reasons: [],
    diagnostics: [],
    hookNotes: [...new Set(found.selectors.flatMap(({ hook }) => (hook.note === undefined ? [] : [`Of ${hook.call}: ${hook.note}`])))],
  };
}

/** The selectors for the pods that are left: those outside the exempt namespaces, or of the one that the policies are in. */
function exempted(found: RuleSelectors, { exempt, namespace }: DetectionSettings): RuleSelectors {
  const isOutside = namespace !== undefined && found.selectors.some(({ scope }) => scope.node);
  const selectors = found.selectors.flatMap((selector): Selector[] => {
    const { scope } = selector;
    if (namespace !== undefined) {
      const isThere = exempt.includes("*") || exempt.includes(namespace) ? false : scope.namespaces.every(({ operator, values }) => values.includes(namespace) === (operator === "In"));
      return isThere ? [{ ...selector, scope: { node: false, pods: true, namespaces: [] } }] : [];
    }
    if (exempt.length === 0) return [selector];
    // The pods of all namespaces are exempt, but never the node itself.
    if (exempt.includes("*")) return scope.node ? [{ ...selector, scope: { node: true, pods: false, namespaces: [] } }] : [];
    return [{ ...selector, scope: { ...scope, namespaces: [...scope.namespaces, { operator: "NotIn" as const, values: exempt }] } }];
  });
  return { ...found, selectors, narrower: [...found.narrower, ...(isOutside ? [`Of pods in the namespace ${namespace} alone, and not of the node.`] : [])] };
}
