import { and, equals, literal, not, present, variable } from "../ir/construct.ts";
import type { Clause, Step } from "../ir/control.ts";
import type { Binding, Expression, Lookup } from "../ir/expressions.ts";
import { listType, objectType, optionalType, stringType, type ValueType } from "../ir/types.ts";
import { rewrite, substitute } from "../ir/walk.ts";
import { kindParts, scopeOf } from "../kubernetes/scope.ts";

/**
 * Leaves the object under review out of each lookup of a clause. Engines differ in whether it is in the set, and in which of its
 * states. Where the clause judges objects of other kinds only, nothing is left to be done.
 */
export function excludeItself(clause: Clause, matched: readonly string[], bind: (name: string, type: ValueType) => Binding): Clause {
  const judged = matched.filter((kindName) => clause.steps.every((step) => step.kind !== "when" || truthFor(step.condition, kindName) !== false));
  const others = (expression: Expression): Expression => rewrite(expression, (node) => (node.kind === "lookup" && judged.includes(node.kindName) ? othersOf(node, judged.length === 1, bind("other", objectType)) : node));
  // Clauses share the names of what stands before them in the check. A name whose value is another one here is another name, or
  // a backend that works out each name once would take the value that it has in some other clause.
  const renamed = new Map<number, Expression>();
  const change = (expression: Expression): Expression => substitute(others(expression), renamed);
  const steps = clause.steps.map((step): Step => {
    if (step.kind !== "let") return step.kind === "each" ? { ...step, list: change(step.list) } : { ...step, condition: change(step.condition) };
    const value = change(step.value);
    if (value === step.value) return step;
    const binding = bind(step.binding.name, step.binding.type);
    renamed.set(step.binding.id, variable(binding, step.span));
    return { ...step, binding, value };
  });
  return { ...clause, steps, anchor: change(clause.anchor), path: clause.path.map((segment) => (typeof segment === "string" ? segment : change(segment))), message: change(clause.message) };
}

/** What a condition says of objects of a kind; undefined where it depends on more. */
function truthFor(condition: Expression, kindName: string): boolean | undefined {
  switch (condition.kind) {
    case "not": {
      const truth = truthFor(condition.operand, kindName);
      return truth === undefined ? undefined : !truth;
    }
    case "and": case "or": {
      const decisive = condition.kind === "or";
      const truths = condition.operands.map((operand) => truthFor(operand, kindName));
      return truths.includes(decisive) ? decisive : truths.includes(undefined) ? undefined : !decisive;
    }
    case "literal": return condition.value === true;
    case "let": return truthFor(condition.body, kindName);
    case "equals": {
      const { left, right } = condition;
      if (left.kind !== "member" || left.object.kind !== "root" || left.object.name !== "object" || right.kind !== "literal") return undefined;
      const { apiVersion, kind } = kindParts(kindName);
      return left.name === "kind" ? right.value === kind : left.name === "apiVersion" ? right.value === apiVersion : undefined;
    }
    default: return undefined;
  }
}

function othersOf(lookup: Lookup, isOnlyKind: boolean, other: Binding): Expression {
  const { kindName, span } = lookup;
  const { apiVersion, kind } = kindParts(kindName);
  const member = (object: Expression, name: string, type = optionalType(stringType)): Expression => ({ kind: "member", object, name, type, span });
  const metadataOf = (object: Expression, name: string): Expression => member(member(object, "metadata", optionalType(objectType)), name);
  const namespaceOf = (object: Expression): Expression => ({ kind: "coalesce", value: metadataOf(object, "namespace"), fallback: literal("default", span), type: stringType, span });
  const object: Expression = { kind: "root", name: "object", type: objectType, span };
  const own = metadataOf(object, "name");
  const isItself = and(
    [
      ...(isOnlyKind ? [] : [equals(member(object, "kind", stringType), literal(kind, span)), equals(member(object, "apiVersion", stringType), literal(apiVersion, span))]),
      present(own),
      equals(metadataOf(variable(other, span), "name"), own),
      ...(scopeOf(apiVersion, kind) === "Cluster" ? [] : [equals(namespaceOf(variable(other, span)), namespaceOf(object))]),
    ],
    span,
  );
  return { kind: "filter", list: lookup, binder: { value: other }, body: not(isItself), type: listType, span };
}
