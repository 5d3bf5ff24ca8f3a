import { Node } from "ts-morph";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Span } from "../diagnostics/span.ts";
import { fieldNamed } from "../events/lookup.ts";
import type { LoadedDetection } from "../frontend/load-detections.ts";
import type { DetectionIr } from "../ir/detection.ts";
import type { Expression } from "../ir/expressions.ts";
import { booleanType } from "../ir/types.ts";
import { visit } from "../ir/walk.ts";
import { LoweringContext, type LoweringSession } from "./context.ts";
import { lowering } from "./diagnostics.ts";
import { bindContext, type CheckFunction } from "./lower-check.ts";
import { lowerCondition, lowerExpression } from "./lower-expression.ts";
import { helperOf } from "./lower-function.ts";
import { lowerReturning } from "./lower-returning.ts";

/** The conditions of a detection as IR, with every fault found on the way. Without an error among them the IR is whole. */
export function lowerDetection(loaded: LoadedDetection, session: LoweringSession): { readonly detection: DetectionIr; readonly diagnostics: readonly Diagnostic[] } {
  const context = new LoweringContext(session, { expression: lowerExpression, condition: lowerCondition, helper: helperOf });
  const { source } = loaded.detection;
  const rules = loaded.rules.map(({ finding, when }) => ({ ...(finding === undefined ? {} : { finding }), condition: lowerWhen(when, context), span: context.span(when) }));
  for (const { condition } of rules) reportFields(condition, source, context);
  return { detection: { id: loaded.id, source, rules }, diagnostics: context.diagnostics };
}

function lowerWhen(when: CheckFunction, context: LoweringContext): Expression {
  bindContext(when, context);
  const body = when.getBody();
  if (!Node.isBlock(body)) return body === undefined ? context.refuse(lowering["missing-return"]({ name: "when" }, context.span(when))) : context.condition(body);
  return lowerReturning(body.getStatements(), context, booleanType) ?? context.refuse(lowering["missing-return"]({ name: "when" }, context.span(when)));
}

/** Refuses fields that the source has not, which the types let through behind a pattern, and those that no rule may use. */
function reportFields(condition: Expression, source: DetectionIr["source"], context: LoweringContext): void {
  const seen = new Set<string>();
  const search = (expression: Expression, events: ReadonlySet<number>): void => {
    const isEvent = (node: Expression): boolean => node.kind === "root" || (node.kind === "variable" && events.has(node.binding.id));
    visit(expression, (node) => {
      if (node.kind === "member" && isEvent(node.object)) reportField(node.name, node.span, source, context);
      else if (node.kind === "entry" && isEvent(node.object)) context.report(lowering["computed-field"]({}, node.span));
      if (node.kind !== "call" || seen.has(node.function.id)) return;
      seen.add(node.function.id);
      search(node.function.body, new Set(node.function.parameters.flatMap(({ id }, index) => (isEvent(node.arguments[index] ?? node) ? [id] : []))));
    });
  };
  search(condition, new Set());
}

function reportField(field: string, span: Span, source: DetectionIr["source"], context: LoweringContext): void {
  const named = fieldNamed(source, field);
  if (named === undefined) context.report(lowering["unknown-field"]({ field, source }, span));
  else if (named.field.trap !== undefined) context.report(lowering["broken-field"]({ field, trap: named.field.trap }, span));
}
