import type { Severity } from "../../dsl/control.ts";
import type { Detection } from "../../dsl/detection.ts";
import type { EventSource } from "../../events/event-field.ts";
import { tacticsOf } from "../../frameworks/attack-tactics.ts";
import { type Condition, visitCondition } from "./condition/condition.ts";
import { conditionLines } from "./condition/print.ts";
import { exceptionDocument, type RuleException } from "./exceptions.ts";
import { oneLine } from "./names.ts";

/** One rule of a detection in Falco's terms. */
export interface FalcoRule {
  readonly finding?: string;
  readonly title: string;
  readonly condition: Condition;
  readonly exceptions: readonly RuleException[];
  readonly fields: readonly string[];
}

const priorities = { critical: "CRITICAL", high: "ERROR", medium: "WARNING", low: "NOTICE", info: "INFORMATIONAL" } as const satisfies Record<Severity, string>;

/** What a rule is made from: a detection, or a control of objects. */
export interface RuleOwner extends Pick<Detection, "title" | "description" | "response" | "severity" | "frameworks" | "techniques" | "source"> {
  readonly id: string;
  /** The author's file. */
  readonly file: string;
}

/** A rule as a rules file holds it. */
export function ruleDocument(name: string, owner: RuleOwner, rule: FalcoRule): Readonly<Record<string, unknown>> {
  const { description, response, severity, source } = owner;
  return {
    rule: name,
    desc: `${description} ${response}`,
    condition: conditionLines(rule.condition),
    output: outputOf(rule),
    priority: priorities[severity],
    source,
    tags: tagsOf(owner, rule),
    ...(rule.exceptions.length === 0 ? {} : { exceptions: rule.exceptions.map(exceptionDocument) }),
  };
}

/** A percent sign begins a field, and nothing escapes it. */
const outputOf = ({ fields, title }: FalcoRule): string => [oneLine(title).replaceAll("%", " percent"), fields.map((field) => `${field}=%${field}`).join(" ")].filter((part) => part !== "").join(" | ");

function tagsOf({ frameworks, id, source, techniques }: RuleOwner, { condition, finding }: FalcoRule): readonly string[] {
  const editions = (name: string, by: Readonly<Record<string, readonly string[]>> = {}): readonly string[] => Object.entries(by).flatMap(([edition, ids]) => ids.map((each) => `${name}-${edition}:${each}`));
  const framework = [...editions("cis", frameworks.cis), ...editions("nsa", frameworks.nsa), ...editions("owasp", frameworks.owasp), ...(frameworks.seed ?? []).map((each) => `seed:${each}`)];
  return ["maturity_sandbox", ...placeOf(source, condition), ...tacticsOf(techniques).map((tactic) => `mitre_${tactic}`), ...techniques, ...framework, `control:${id}`, ...(finding === undefined ? [] : [`finding:${finding}`])];
}

/** Where a rule looks: a system call's rule at containers where its condition asks for one, and at nodes too where not. */
function placeOf(source: EventSource, condition: Condition): readonly string[] {
  if (source === "k8s_audit") return ["k8s"];
  return fieldsIn(condition).has("container.id") ? ["container"] : ["host", "container"];
}

/** All fields that a condition compares, in macros too. */
export function fieldsIn(condition: Condition): ReadonlySet<string> {
  const fields = new Set<string>();
  visitCondition(condition, (node) => {
    if ("field" in node) fields.add(node.field);
    if (node.kind === "macro" && node.body !== undefined) for (const field of fieldsIn(node.body)) fields.add(field);
  });
  return fields;
}
