import { and, equals, isDefinite, isLiteral, literal, not, or, present } from "../ir/construct.ts";
import type { Expression, Literal, Some } from "../ir/expressions.ts";
import { absentType } from "../ir/types.ts";
import { rewrite, substitute } from "../ir/walk.ts";
import { gathered } from "./gather-equalities.ts";
import { rewritingPass } from "./pass.ts";

type Fold = { readonly [Kind in Expression["kind"]]?: (node: Extract<Expression, { kind: Kind }>) => Expression };

const comparisons = {
  "<": (left: number, right: number) => left < right,
  "<=": (left: number, right: number) => left <= right,
  ">": (left: number, right: number) => left > right,
  ">=": (left: number, right: number) => left >= right,
};

const isNumber = (node: Expression): node is Literal & { readonly value: number } => node.kind === "literal" && typeof node.value === "number";
const isText = (node: Expression): node is Literal & { readonly value: string } => node.kind === "literal" && typeof node.value === "string";

const questions: ReadonlySet<Expression["kind"]> = new Set(["some", "includes", "equals", "compare", "not", "and", "or", "present", "type-test", "text-test", "matches"]);

/** Whether a boolean is asked rather than read: true or false, never absent. */
function isAsked(node: Expression): boolean {
  if (node.kind === "conditional") return isAsked(node.then) && isAsked(node.otherwise);
  return questions.has(node.kind) || isLiteral(node, true) || isLiteral(node, false);
}

const fold: Fold = {
  not: (node) => not(node.operand),
  and: (node) => and(gathered(node.operands.map(not)).map(not), node.span),
  or: (node) => or(gathered(node.operands), node.span),
  present: (node) => present(node.value),
  equals: (node) => {
    for (const [side, other] of [[node.left, node.right], [node.right, node.left]] as const) {
      if (questions.has(side.kind) && isLiteral(other, true)) return side;
      if (questions.has(side.kind) && isLiteral(other, false)) return not(side);
    }
    for (const [side, other] of [[node.left, node.right], [node.right, node.left]] as const) {
      // The fallback is another word: only the value itself can be this one.
      if (side.kind === "coalesce" && side.fallback.kind === "literal" && other.kind === "literal" && side.fallback.value !== other.value) return { ...node, left: side.value, right: other };
    }
    const folded = equals(node.left, node.right);
    return folded.kind === "equals" ? node : folded;
  },
  compare: (node) => (isNumber(node.left) && isNumber(node.right) ? literal(comparisons[node.operator](node.left.value, node.right.value), node.span) : node),
  "type-test": (node) => (node.value.kind === "literal" ? literal(typeof node.value.value === node.tested, node.span) : node.value.kind === "absent" ? literal(false, node.span) : node),
  "text-test": (node) => {
    if (!isText(node.text) || !isText(node.search)) return node;
    const [text, search] = [node.text.value, node.search.value];
    return literal(node.operator === "contains" ? text.includes(search) : node.operator === "starts-with" ? text.startsWith(search) : text.endsWith(search), node.span);
  },
  member: (node) => {
    if (node.object.kind !== "record") return node.object.kind === "absent" ? node.object : node;
    return node.object.fields.find(({ name }) => name === node.name)?.value ?? { kind: "absent", type: absentType, span: node.span };
  },
  entry: (node) => (node.object.kind === "absent" ? node.object : node),
  element: (node) => (node.list.kind === "absent" ? node.list : node),
  coalesce: (node) => {
    if (node.value.kind === "absent" || node.fallback.kind === "absent") return node.value.kind === "absent" ? node.fallback : node.value;
    if (isDefinite(node.value)) return node.value;
    if (node.fallback.kind === "literal" && typeof node.fallback.value === "boolean" && node.value.type.shapes.join() === "boolean") {
      const other = equals(node.value, literal(!node.fallback.value, node.span));
      return node.fallback.value ? not(other) : other;
    }
    // Right association: the first alternative is then always a plain value.
    if (node.value.kind === "coalesce") return { ...node, value: node.value.value, fallback: { ...node, value: node.value.fallback } };
    return node;
  },
  conditional: (node) => {
    const { test, then, otherwise, span } = node;
    if (test.kind === "literal") return test.value === true ? then : otherwise;
    if (isLiteral(then, true)) return isLiteral(otherwise, false) ? test : isAsked(otherwise) ? or([test, otherwise], span) : node;
    if (isLiteral(then, false)) return isLiteral(otherwise, true) ? not(test) : isAsked(otherwise) ? and([not(test), otherwise], span) : node;
    if (isLiteral(otherwise, false) && isAsked(then)) return and([test, then], span);
    if (isLiteral(otherwise, true) && isAsked(then)) return or([not(test), then], span);
    return node;
  },
  let: (node) => (isKnown(node.value) ? rewrite(substitute(node.body, new Map([[node.binding.id, node.value]])), foldNode) : node),
  text: (node) => {
    const parts: Expression[] = [];
    for (const part of node.parts.flatMap((each) => (each.kind === "text" ? each.parts : [each])).filter((each) => !isLiteral(each, ""))) {
      const last = parts.at(-1);
      if (last?.kind === "literal" && part.kind === "literal") parts[parts.length - 1] = literal(`${last.value}${part.value}`, last.span);
      else parts.push(part);
    }
    const [only] = parts;
    if (parts.length === 0) return literal("", node.span);
    if (parts.length > 1 || only === undefined) return { ...node, parts };
    if (only.kind === "literal") return literal(String(only.value), node.span);
    return only.type.shapes.join() === "string" && !only.type.optional ? only : { ...node, parts };
  },
  concat: (node) => {
    const lists = node.lists.flatMap((list) => (list.kind === "concat" ? list.lists : [list])).filter((list) => !(list.kind === "list" && list.items.length === 0));
    const [only] = lists;
    return lists.length === 0 ? { kind: "list", items: [], type: node.type, span: node.span } : lists.length === 1 && only !== undefined && isDefinite(only) ? only : { ...node, lists };
  },
  some: (node) => {
    if (isLiteral(node.body, false) || isEmpty(node.list)) return literal(false, node.span);
    // A walk skips what is absent.
    if (node.list.kind === "list" && node.list.items.some(({ kind }) => kind === "absent")) return foldNode({ ...node, list: { ...node.list, items: node.list.items.filter(({ kind }) => kind !== "absent") } });
    return asMembership(node) ?? node;
  },
  includes: (node) => {
    if (isEmpty(node.list)) return literal(false, node.span);
    const [only] = node.list.kind === "list" && node.list.items.length === 1 ? node.list.items : [];
    return only?.kind === "literal" ? equals(node.item, only) : node;
  },
};

/** A question about each word of a written list, where all that it asks is whether one value is one of some words. */
function asMembership({ list, binder, body, span }: Some): Expression | undefined {
  if (list.kind !== "list" || list.items.length > mostWords || binder.key !== undefined || !list.items.every((item) => item.kind === "literal")) return undefined;
  const alternatives = list.items.map((word) => rewrite(substitute(body, new Map([[binder.value.id, word]])), foldNode));
  const folded = or(gathered(alternatives), span);
  return folded.kind === "includes" || folded.kind === "equals" || folded.kind === "literal" ? folded : undefined;
}

/** Longer lists stay walks. */
const mostWords = 32;

/** Whether a value is known before any object is seen. */
export const isKnown = (node: Expression): boolean => node.kind === "literal" || node.kind === "absent";

const isEmpty = (list: Expression): boolean => list.kind === "absent" || (list.kind === "list" && list.items.length === 0);

/** One node whose children are folded already. */
export function foldNode(node: Expression): Expression {
  const change = fold[node.kind] as ((node: Expression) => Expression) | undefined;
  return change === undefined ? node : change(node);
}

/** Works out what is known before any object is seen, and writes booleans without detours: several equalities of one value as one membership. */
export const foldConstants = rewritingPass("fold-constants", () => foldNode);
