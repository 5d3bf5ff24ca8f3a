import type { EventSource } from "../../events/event-field.ts";
import { and } from "../../ir/construct.ts";
import type { Expression } from "../../ir/expressions.ts";
import { visit } from "../../ir/walk.ts";
import type { Exemption } from "../rollout.ts";
import type { Comparison, Condition } from "./condition/condition.ts";
import { itemText } from "./condition/print.ts";
import { snakeCase } from "./names.ts";

/** An exception of a rule: it is silent where one field compares so with one of the values. Whoever runs Falco can append values by the name. */
export interface RuleException {
  readonly name: string;
  readonly field: string;
  readonly operator: "in" | Comparison["operator"];
  /** As they stand in conditions. */
  readonly values: readonly string[];
}

/** A rule's condition in two parts: when it fires, and for whom it is silent. */
export interface Split {
  readonly condition: Expression;
  readonly exceptions: readonly RuleException[];
}

/** Says a part of a condition with some parameters' values replaced; undefined where Falco cannot say it. */
export type TranslatePart = (part: Expression, replaced: Readonly<Record<string, readonly string[]>>) => Condition | undefined;

/**
 * Takes out of a condition each part that is nothing but the denial of one comparison with a parameter `allowed…` or `exempt…`.
 * Falco puts it back as `and not (…)`, so the rule fires for the same events.
 */
export function splitExceptions(condition: Expression, translate: TranslatePart): Split {
  const parts = condition.kind === "and" ? condition.operands : [condition];
  const kept: Expression[] = [];
  const exceptions: RuleException[] = [];
  for (const part of parts) {
    const exception = part.kind === "not" ? exceptionOf(part.operand, translate) : undefined;
    if (exception === undefined || exceptions.some(({ name }) => name === exception.name)) kept.push(part);
    else exceptions.push(exception);
  }
  return kept.length === 0 ? { condition, exceptions: [] } : { condition: and(kept, condition.span), exceptions };
}

function exceptionOf(denied: Expression, translate: TranslatePart): RuleException | undefined {
  const parameters = new Set<string>();
  visit(denied, (node) => {
    if (node.kind === "parameter") parameters.add(node.name);
  });
  const [parameter] = parameters;
  if (parameters.size !== 1 || parameter === undefined || !/^(allowed|exempt)[A-Z]/.test(parameter)) return undefined;
  const whole = translate(denied, {});
  // No value at all: what one would come to shows the form. Fields of numbers and addresses take no other text.
  const empty = whole?.kind === "constant" && !whole.value;
  const shapes = empty ? ["x", "1", "192.0.2.0/24"].map((value) => translate(denied, { [parameter]: [value] })) : [whole];
  const shape = shapes.find((each) => each !== undefined && each.kind !== "constant");
  const shown = shape === undefined ? undefined : comparisonsOf(shape);
  if (shown === undefined) return undefined;
  return { name: snakeCase(parameter), field: shown.field, operator: shown.operator, values: empty ? [] : shown.values };
}

type Compared = Pick<RuleException, "field" | "operator" | "values">;

/** The one field that a condition compares in one way, with what. */
function comparisonsOf(condition: Condition): Compared | undefined {
  if (condition.kind === "membership" && condition.operator === "in") return { field: condition.field, operator: "in", values: condition.items.map(itemText) };
  if (condition.kind === "comparison") return condition.operator === "=" ? { field: condition.field, operator: "in", values: [itemText(condition)] } : { field: condition.field, operator: condition.operator, values: [itemText(condition)] };
  if (condition.kind !== "any") return undefined;
  const each = condition.operands.map(comparisonsOf);
  const [first] = each;
  if (first === undefined || !each.every((other) => other !== undefined && other.field === first.field && other.operator === first.operator)) return undefined;
  return { ...first, values: each.flatMap((other) => other?.values ?? []) };
}

/** The namespaces that a target exempts. An event whose namespace is not known is reported: Falco may learn it only later. */
export function namespaceExceptions(source: EventSource, exemptions: readonly Exemption[]): readonly RuleException[] {
  const field = source === "syscall" ? "k8s.ns.name" : "ka.target.namespace";
  const globs = [...new Set(exemptions.flatMap(({ namespaces }) => namespaces))].sort();
  const text = (value: string): string => itemText({ value });
  const exception = (name: string, operator: RuleException["operator"], values: readonly string[]): RuleException[] => (values.length === 0 ? [] : [{ name, field, operator, values: values.map(text) }]);
  return [
    ...exception("exempted_namespaces", "in", globs.filter((glob) => !glob.includes("*"))),
    ...exception("exempted_namespaces_by_start", "startswith", globs.filter((glob) => /^[^*].*\*$/.test(glob)).map((glob) => glob.slice(0, -1))),
    ...exception("exempted_namespaces_by_end", "endswith", globs.filter((glob) => /^\*[^*]/.test(glob)).map((glob) => glob.slice(1))),
    ...exception("exempted_namespaces_all", "glob", globs.filter((glob) => glob === "*")),
  ];
}

/** An exception as rules files hold it: a flat list of values where the operator takes a list, else one comparison for each value. */
export function exceptionDocument({ field, name, operator, values }: RuleException): Readonly<Record<string, unknown>> {
  if (operator === "in") return { name, fields: field, comps: "in", ...(values.length === 0 ? {} : { values }) };
  return { name, fields: [field], comps: [operator], ...(values.length === 0 ? {} : { values: values.map((value) => [value]) }) };
}
