import { type CallExpression, Node } from "ts-morph";
import { and, equals, literal, not, present, variable } from "../ir/construct.ts";
import type { Expression } from "../ir/expressions.ts";
import { listType, objectType, optionalType, stringType } from "../ir/types.ts";
import { kindParts, scopeOf } from "../kubernetes/scope.ts";
import type { LoweringContext } from "./context.ts";
import { lowering } from "./diagnostics.ts";

/**
 * `lookup(kind)` and `lookup(kind, namespace)`. Engines differ in whether the object under review is in the set, and in which of its
 * states, so that a lookup of a kind that the control judges leaves out what is called the same.
 */
export function lowerLookup(node: CallExpression, context: LoweringContext): Expression {
  context.needs("lookup", node);
  const span = context.span(node);
  const [kind, place] = node.getArguments();
  if (kind === undefined || !Node.isStringLiteral(kind)) return context.refuse(lowering["unsupported-syntax"]({ syntax: "lookup() of a computed kind" }, span));
  const kindName = kind.getLiteralText();
  const parts = kindParts(kindName);
  if (place !== undefined && scopeOf(parts.apiVersion, parts.kind) === "Cluster") return context.refuse(lowering["lookup-namespace"]({ kind: kindName }, context.span(place)));
  const namespace = place === undefined ? {} : { namespace: context.expression(place) };
  const all: Expression = { kind: "lookup", kindName, ...namespace, type: listType, span };
  if (!context.matched.includes(kindName)) return all;

  const member = (object: Expression, name: string, type = optionalType(stringType)): Expression => ({ kind: "member", object, name, type, span });
  const metadataOf = (object: Expression, name: string): Expression => member(member(object, "metadata", optionalType(objectType)), name);
  const namespaceOf = (object: Expression): Expression => ({ kind: "coalesce", value: metadataOf(object, "namespace"), fallback: literal("default", span), type: stringType, span });
  const root: Expression = { kind: "root", name: "object", type: objectType, span };
  const other = context.bind("other", objectType, all);
  const own = metadataOf(root, "name");
  const isItself = and(
    [
      ...(context.matched.length === 1 ? [] : [equals(member(root, "kind", stringType), literal(parts.kind, span)), equals(member(root, "apiVersion", stringType), literal(parts.apiVersion, span))]),
      present(own),
      equals(metadataOf(variable(other, span), "name"), own),
      equals(namespaceOf(variable(other, span)), namespaceOf(root)),
    ],
    span,
  );
  return { kind: "filter", list: all, binder: { value: other }, body: not(isItself), type: listType, span };
}
