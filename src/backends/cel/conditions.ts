import { and, variable } from "../../ir/construct.ts";
import type { Equals, Expression, Some } from "../../ir/expressions.ts";
import { freeVariables, usesOf } from "../../ir/walk.ts";
import { isReference } from "../../passes/inline-call.ts";
import { hoisted, inlined } from "./calls.ts";
import { mergedFilter } from "./filters.ts";
import { impliesPresent } from "./presence.ts";
import type { Scope } from "./scope.ts";
import { all, any, atom, binary, call, type Cel, emptyList, list, method, negate, no, one, ternary, yes } from "./syntax.ts";
import { patternLiteral, stringLiteral } from "./text.ts";
import { textOperand } from "./texts.ts";
import { isThere, mayBeAbsent, orEmpty, orNull, type Value } from "./value.ts";
import { anyOf } from "./walk.ts";

/** A boolean expression as CEL of type bool. Each part that is absent makes its question false. */
export function translateCondition(node: Expression, scope: Scope): Cel {
  const { value: valueOf } = scope.translation;
  const holds = (each: Expression): Cel => translateCondition(each, scope);
  switch (node.kind) {
    case "literal":
      return node.value === true ? yes : no;
    case "not":
      return negate(holds(node.operand));
    case "and":
      return all(node.operands.map(holds));
    case "or":
      return any(node.operands.map(holds));
    case "some":
      return someHolds(node, scope);
    case "equals":
      return areEqual(node, scope);
    case "present":
      return isThere(valueOf(node.value, scope));
    case "compare": {
      const [left, right] = [valueOf(node.left, scope), valueOf(node.right, scope)];
      return all([...[left, right].filter(mayBeAbsent).map(isThere), binary(node.operator, plainCel(left), plainCel(right))]);
    }
    case "includes": {
      const [members, item] = [valueOf(node.list, scope), valueOf(node.item, scope)];
      const given = members.optional && !members.nullInside ? method(members.cel, "orValue", emptyList) : orEmpty(members, emptyList);
      // Null is no element of a list, though an object may hold one.
      const guard = mayBeAbsent(item) && members.nullElements ? [isThere(item)] : [];
      return all([...guard, binary("in", plainCel(item), given)]);
    }
    case "type-test": {
      const type = call("type", orNull(valueOf(node.value, scope)));
      return node.tested === "number" ? any(["int", "double"].map((name) => binary("==", type, atom(name)))) : binary("==", type, atom(node.tested === "boolean" ? "bool" : "string"));
    }
    case "text-test":
      return method(textOperand(node.text, scope), textTests[node.operator], plainCel(valueOf(node.search, scope)));
    case "matches":
      return method(textOperand(node.text, scope), "matches", patternLiteral(node.pattern));
    case "conditional":
      return ternary(holds(node.test), holds(node.then), holds(node.otherwise));
    case "let": {
      const fixed = hoisted(node.value, node.binding.name, scope);
      if (fixed !== undefined) return translateCondition(node.body, scope.bind(node.binding, fixed, true));
      const own = valueOf(node.value, scope);
      if (isReference(node.value)) return translateCondition(node.body, scope.bind(node.binding, own, scope.isFixed(node.value)));
      const { name, scope: inner } = scope.named(node.binding.name);
      const bound: Value = { ...own, cel: atom(name), optional: false, nullInside: mayBeAbsent(own), type: own.optional ? "dyn" : own.type };
      return method(one(plainCel(own)), "exists", atom(name), translateCondition(node.body, inner.bind(node.binding, bound, false)));
    }
    case "intrinsic":
      return node.name === "cidrContains" ? insideBlock(node.arguments, scope) : no;
    case "call": {
      const body = inlined(node, scope);
      const fixed = hoisted(body, node.function.name, scope);
      return fixed === undefined ? translateCondition(body, scope) : asBool(fixed);
    }
    default:
      return asBool(valueOf(node, scope));
  }
}

const textTests = { "starts-with": "startsWith", "ends-with": "endsWith", contains: "contains" } as const;
const plainCel = (value: Value): Cel => (value.optional ? orNull(value) : value.cel);
const asBool = (value: Value): Cel => (value.type === "bool" && !mayBeAbsent(value) ? value.cel : binary("==", plainCel(value), yes));

function someHolds(node: Some, scope: Scope): Cel {
  // An element of a list of lists: ask each of the lists.
  if (node.list.kind === "flat-map") return someHolds({ ...node, list: node.list.list, binder: node.list.binder, body: { ...node, list: node.list.body } }, scope);
  if (node.list.kind === "concat") return any(node.list.lists.map((each) => someHolds({ ...node, list: each }, scope)));
  if (node.list.kind === "call") {
    const list = inlined(node.list, scope);
    // Several lists of the object, such as a pod's containers, are put together once for all questions.
    if (list.kind !== "concat" || !scope.isFixed(list)) return someHolds({ ...node, list }, scope);
  }
  const merged = node.list.kind === "filter" ? mergedFilter(node.list, node.binder) : undefined;
  if (node.list.kind === "filter" && merged !== undefined) return someHolds({ ...node, list: node.list.list, binder: merged.binder, body: and([merged.condition, node.body], node.span) }, scope);
  const prepared = prepareElements(node, scope);
  if (prepared !== undefined) return someHolds(prepared.node, prepared.scope);
  const walk = scope.translation.source(node.list, node.binder, scope);
  const body = translateCondition(node.body, walk.scope);
  return anyOf(walk, impliesPresent(node.body, node.binder.value.id) ? body : all([walk.guard, body]));
}

/** What a question makes of each element of a fixed list before it looks at anything else is made once, as a variable of the policy. */
function prepareElements(node: Some, scope: Scope): { readonly node: Some; readonly scope: Scope } | undefined {
  const body = node.body.kind === "call" ? inlined(node.body, scope) : node.body;
  const { value: element, key } = node.binder;
  if (body.kind !== "let" || key !== undefined || !scope.isFixed(node.list)) return undefined;
  if (freeVariables(body.value).some(({ id }) => id !== element.id) || usesOf(element.id, body.body) > 0 || isReference(body.value)) return undefined;
  const made = hoisted({ kind: "map", list: node.list, binder: node.binder, body: body.value, type: node.list.type, span: node.span }, `${body.binding.name}s`, scope);
  if (made === undefined) return undefined;
  const list = scope.fresh(`${body.binding.name}s`, node.list.type);
  return { node: { ...node, list: variable(list, node.span), binder: { value: body.binding }, body: body.body }, scope: scope.bind(list, made, true) };
}

function areEqual({ left, right }: Equals, scope: Scope): Cel {
  const [first, second] = [scope.translation.value(left, scope), scope.translation.value(right, scope)];
  if (right.kind === "literal") return equalsLiteral(first, second, right.value);
  if (left.kind === "literal") return equalsLiteral(second, first, left.value);
  return binary("==", plainCel(first), plainCel(second));
}

/** A comparison with a word, a number or a truth: an absent value is given another one of the same type, which reads better than null. */
function equalsLiteral(value: Value, wanted: Value, literal: string | number | boolean): Cel {
  if (!value.optional) return binary("==", value.cel, wanted.cel);
  const other = typeof literal === "boolean" ? atom(String(!literal)) : typeof literal === "string" ? (literal === "" ? undefined : stringLiteral("")) : literal === 0 ? undefined : atom("0");
  if (other === undefined || value.type !== "dyn") return value.nullInside || value.type === "dyn" ? binary("==", orNull(value), wanted.cel) : all([isThere(value), binary("==", orNull(value), wanted.cel)]);
  return binary("==", method(value.cel, "orValue", other), wanted.cel);
}

/** Both texts are held to their form first: to CEL's functions a malformed address is an error. */
function insideBlock(given: readonly Expression[], scope: Scope): Cel {
  const [blockNode, innerNode] = given;
  if (blockNode === undefined || innerNode === undefined) throw new Error("cidrContains takes two texts");
  const block = textOperand(blockNode, scope);
  if (!isReference(blockNode)) {
    const { name, scope: inner } = scope.named("block");
    return method(list(block), "exists", atom(name), insideNamed(atom(name), innerNode, inner));
  }
  return insideNamed(block, innerNode, scope);
}

function insideNamed(block: Cel, innerNode: Expression, scope: Scope): Cel {
  const inner = textOperand(innerNode, scope);
  if (!isReference(innerNode)) {
    const { name } = scope.named("address");
    return method(list(inner), "exists", atom(name), contained(block, atom(name)));
  }
  return contained(block, inner);
}

const contained = (block: Cel, inner: Cel): Cel =>
  all([call("isCIDR", block), ternary(call("isCIDR", inner), method(call("cidr", block), "containsCIDR", inner), all([call("isIP", inner), method(call("cidr", block), "containsIP", inner)]))]);

