import { variable } from "../../ir/construct.ts";
import type { Binding, Call, Expression } from "../../ir/expressions.ts";
import { keyOf } from "../../ir/identity.ts";
import { freeVariables, mapChildren, rewrite, substitute, usesOf } from "../../ir/walk.ts";
import { foldNode } from "../../passes/fold-constants.ts";
import { inlineCall, isReference } from "../../passes/inline-call.ts";
import type { Scope } from "./scope.ts";
import { asDyn, type Value } from "./value.ts";

/** A call as the function's body with the arguments in place: CEL has no functions of one's own. */
export const inlined = (node: Call, scope: Scope): Expression => rewrite(inlineCall(node, scope.fresh), (each) => foldNode(each.kind === "some" && each.list.kind === "list" ? { ...each, body: opened(each.body, scope) } : each));

/** Calls inlined at once in a question about each word of a written list, so that what it comes to can be worked out here. */
const opened = (body: Expression, scope: Scope): Expression => rewrite(body, (each) => (each.kind === "call" ? inlined(each, scope) : each));

/**
 * A value with its calls inlined, and what several of them ask alike worked out once, as consts before it. Only calls whose
 * arguments are there for certain: a const is worked out even where the question that guards a call says no.
 */
export function sharingCalls(given: Expression, scope: Scope): Expression {
  const consts = new Map<string, { readonly binding: Binding; readonly value: Expression }>();
  const expand = (node: Expression): Expression => {
    if (node.kind !== "call") return "binder" in node ? node : mapChildren(node, expand);
    const call = mapChildren(node, expand) as Call;
    const outer = freeVariables(given);
    const certain = freeVariables(call).every(({ id, type }) => !type.optional && (outer.some((each) => each.id === id) || [...consts.values()].some(({ binding }) => binding.id === id)));
    if (!certain || call.arguments.some((argument) => !isReference(argument) && argument.kind !== "literal")) return expand(inlined(call, scope));
    const key = keyOf(call);
    const known = consts.get(key);
    if (known !== undefined) return { ...variable(known.binding, node.span), type: node.type };
    const value = rewrite(expand(inlined(call, scope)), foldNode);
    const binding = scope.fresh(node.function.name, node.type);
    consts.set(key, { binding, value });
    return variable(binding, node.span);
  };
  let body = expand(given);
  for (const { binding, value } of [...consts.values()].reverse()) {
    const uses = usesOf(binding.id, body);
    if (uses > 1 && !isReference(value)) body = { kind: "let", binding, value, body, type: body.type, span: body.span };
    else body = substitute(body, new Map([[binding.id, value]]));
  }
  return rewrite(body, foldNode);
}

/** Kinds that cost nothing to repeat. */
const cheap = (node: Expression): boolean => isReference(node) || node.kind === "literal" || node.kind === "absent";

/**
 * An expression that reads nothing but the input of the whole check becomes a variable of the policy under the author's name;
 * undefined for others, and for what is as short in place.
 */
export function hoisted(node: Expression, name: string, scope: Scope): Value | undefined {
  if (cheap(node) || !scope.isFixed(node)) return undefined;
  const value = scope.translation.value(node, scope);
  if (value.cel.kind === "atom" || isVariable(value)) return value;
  const dyn = value.optional || value.nullInside;
  const cel = scope.variables.reference(keyOf(node), name, () => () => (dyn ? asDyn(value) : value.cel));
  return { ...value, cel, optional: false, nullInside: dyn, type: dyn ? "dyn" : value.type };
}

const isVariable = ({ cel, optional }: Value): boolean => !optional && cel.kind === "select" && cel.target.kind === "atom" && cel.target.text === "variables";
