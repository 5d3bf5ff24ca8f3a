import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Span } from "../../diagnostics/span.ts";
import type { DetectionRuleIr } from "../../ir/detection.ts";
import type { Expression } from "../../ir/expressions.ts";
import { runDetectionPasses } from "../../passes/detection.ts";
import { fixSettings } from "../../passes/fix-settings.ts";
import type { CompiledDetection, EmitRequest } from "../backend.ts";
import type { Condition } from "./condition/condition.ts";
import { Definitions } from "./definitions.ts";
import { falco as diagnostics } from "./diagnostics.ts";
import { eventTypes } from "./event-types.ts";
import { namespaceExceptions, splitExceptions, type TranslatePart } from "./exceptions.ts";
import { outputFault } from "./fields.ts";
import { cheapFirst, withoutRepetition } from "./order.ts";
import { Refusal } from "./refusal.ts";
import type { FalcoRule } from "./rule.ts";
import { Translator } from "./translate.ts";

/** What Falco gets of a detection, and for each rule that is left out the reason as a sentence. */
export interface DetectionRules {
  readonly rules: readonly FalcoRule[];
  readonly reasons: readonly { readonly text: string; readonly span?: Span }[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The rules of a detection under a target's settings. */
export function detectionRules({ detection, id, ir }: CompiledDetection, { settings, target }: EmitRequest, definitions: Definitions): DetectionRules {
  const parameters = settings.parameters[id] ?? {};
  const fixed = runDetectionPasses(ir, [fixSettings(settings.kubernetesMinor, parameters)]);
  const about = Object.fromEntries(Object.entries(detection.parameters).map(([name, { description }]) => [name, description]));
  const surroundings = { control: id, source: detection.source, parameters, about };
  const translator = new Translator({ ...surroundings, definitions });
  const translate = (part: Expression): Condition => translator.condition(part);
  const inPlace: TranslatePart = (part, replaced) => {
    try {
      return new Translator({ ...surroundings, parameters: { ...parameters, ...replaced }, definitions: new Definitions(), inline: true }).condition(part);
    } catch (error) {
      if (error instanceof Refusal) return undefined;
      throw error;
    }
  };
  const outcomes = fixed.rules.map((rule, index) => outcomeOf(rule, detection.rules[index]?.fields ?? [], detection.source, translate, inPlace));
  const exempt = namespaceExceptions(detection.source, target.rollout(id).exemptions);
  return {
    rules: outcomes.flatMap((outcome, index) => {
      const author = detection.rules[index];
      if (!("condition" in outcome) || author === undefined) return [];
      const { title, fields, finding } = author;
      return [{ title, fields, ...(finding === undefined ? {} : { finding }), condition: outcome.condition, exceptions: [...outcome.exceptions, ...exempt] }];
    }),
    reasons: outcomes.flatMap((outcome, index) => ("reason" in outcome ? [{ ...outcome.reason, text: `${ruleName(fixed.rules[index])}${outcome.reason.text}` }] : [])),
    diagnostics: outcomes.flatMap((outcome) => ("diagnostic" in outcome && outcome.diagnostic !== undefined ? [outcome.diagnostic] : [])),
  };
}

const ruleName = (rule: DetectionRuleIr | undefined): string => (rule?.finding === undefined ? "" : `Rule ${rule.finding}: `);

type Outcome = Pick<FalcoRule, "condition" | "exceptions"> | { readonly reason: { readonly text: string; readonly span?: Span }; readonly diagnostic?: Diagnostic };

function outcomeOf({ condition: whole, span }: DetectionRuleIr, fields: readonly string[], source: CompiledDetection["detection"]["source"], translate: (part: Expression) => Condition, inPlace: TranslatePart): Outcome {
  const { condition: part, exceptions } = splitExceptions(whole, inPlace);
  try {
    const untold = fields.flatMap((field) => outputFault(source, field) ?? [])[0];
    if (untold !== undefined) throw new Refusal(`what to tell of an event: ${untold}`, span);
    const condition = cheapFirst(withoutRepetition(translate(part)));
    if (condition.kind === "constant") return { reason: { text: condition.value ? "It would report every event." : "With the target's parameters there is nothing that it could report.", span } };
    const types = eventTypes(condition);
    if (source === "syscall" && types === undefined) return { reason: { text: "It holds for any type of event.", span }, diagnostic: diagnostics["no-event-type"]({}, span) };
    if (types?.size === 0) throw new Refusal("an event of two types at once", span);
    return { condition, exceptions };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { reason: { text: `The backend falco cannot express ${error.what}.`, span: error.span }, diagnostic: diagnostics["cannot-express"]({ what: error.what }, error.span) };
  }
}
