import { isLiteral, literal, not } from "../ir/construct.ts";
import type { Binding, Compare, Equals, Expression, Length } from "../ir/expressions.ts";
import { booleanType, objectType } from "../ir/types.ts";
import type { ValueType } from "../ir/types.ts";
import { freshBindings } from "./fresh-bindings.ts";
import { rewritingPass } from "./pass.ts";

/**
 * `list.length > 0` and its spellings become the question whether there is an element, which every engine answers without
 * counting.
 */
export const askInsteadOfCount = rewritingPass("ask-instead-of-count", (check) => {
  const bind = freshBindings(check);
  return (node) => {
    if (node.kind === "equals") return askEquals(node, bind);
    return node.kind === "compare" ? askCompare(node, bind) : node;
  };
});

type Bind = (name: string, type: ValueType) => Binding;

function askEquals(node: Equals, bind: Bind): Expression {
  if (node.left.kind === "length" && isLiteral(node.right, 0)) return not(hasElement(node.left, bind));
  if (node.right.kind === "length" && isLiteral(node.left, 0)) return not(hasElement(node.right, bind));
  return node;
}

const mirrored = { "<": ">", "<=": ">=", ">": "<", ">=": "<=" } as const;

function askCompare(node: Compare, bind: Bind): Expression {
  if (node.right.kind === "length") return askCompare({ ...node, operator: mirrored[node.operator], left: node.right, right: node.left }, bind);
  if (node.left.kind !== "length") return node;
  if ((node.operator === ">" && isLiteral(node.right, 0)) || (node.operator === ">=" && isLiteral(node.right, 1))) return hasElement(node.left, bind);
  if ((node.operator === "<" && isLiteral(node.right, 1)) || (node.operator === "<=" && isLiteral(node.right, 0))) return not(hasElement(node.left, bind));
  return node;
}

const hasElement = (length: Length, bind: Bind): Expression => ({
  kind: "some",
  list: length.list,
  binder: { value: bind(length.list.kind === "keys" ? "key" : "item", objectType) },
  body: literal(true, length.span),
  type: booleanType,
  span: length.span,
});
