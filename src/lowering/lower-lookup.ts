import { type CallExpression, Node } from "ts-morph";
import type { Expression } from "../ir/expressions.ts";
import { listType } from "../ir/types.ts";
import { kindParts, scopeOf } from "../kubernetes/scope.ts";
import type { LoweringContext } from "./context.ts";
import { lowering } from "./diagnostics.ts";

/** `lookup(kind)` and `lookup(kind, namespace)`; the object under review is left out once the clauses of the check are known. */
export function lowerLookup(node: CallExpression, context: LoweringContext): Expression {
  context.needs("lookup", node);
  const span = context.span(node);
  const [kind, place] = node.getArguments();
  if (kind === undefined || !Node.isStringLiteral(kind)) return context.refuse(lowering["unsupported-syntax"]({ syntax: "lookup() of a computed kind" }, span));
  const kindName = kind.getLiteralText();
  const parts = kindParts(kindName);
  if (place !== undefined && scopeOf(parts.apiVersion, parts.kind) === "Cluster") return context.refuse(lowering["lookup-namespace"]({ kind: kindName }, context.span(place)));
  const namespace = place === undefined ? {} : { namespace: context.expression(place) };
  return { kind: "lookup", kindName, ...namespace, type: listType, span };
}
