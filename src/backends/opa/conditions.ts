import { and, equals, isLiteral, not, or, present } from "../../ir/construct.ts";
import type { Equals, Expression, Includes, Some } from "../../ir/expressions.ts";
import { rewrite } from "../../ir/walk.ts";
import { type Choice, takeChoice } from "../../passes/choices.ts";
import { foldNode } from "../../passes/fold-constants.ts";
import { callText, anyOf, noneOf } from "./bodies.ts";
import { absence, difference, implies, isPlainReference, type Line, line, isImpossible, presence, sameLines } from "./lines.ts";
import { rawText, scalarText } from "./rego-text.ts";
import { adding, type Scope, type State } from "./scope.ts";
import type { Term } from "./term.ts";
import { isDefaulted, neverMissing, questionRule } from "./terms.ts";

/** The ways in which a condition holds (`wanted`), or in which it fails. Each way is one rule body. */
export function translateCondition(condition: Expression, wanted: boolean, state: State): readonly State[] {
  const resolved = rewrite(state.scope.resolve(condition), foldNode);
  const { translation } = state.scope;
  switch (resolved.kind) {
    case "literal":
      return (resolved.value === true) === wanted ? [state] : [];
    case "not":
      return translateCondition(resolved.operand, !wanted, state);
    case "and":
    case "or": {
      if ((resolved.kind === "and") === wanted) return distinct(resolved.operands.reduce<readonly State[]>((states, operand) => states.flatMap((each) => translateCondition(operand, wanted, each)), [state]));
      const ways = distinct(resolved.operands.flatMap((operand) => translateCondition(operand, wanted, state)));
      return ways.length > 1 && state.scope.multiplicity !== "any" ? [asHelper(resolved, wanted, state)] : ways;
    }
    case "some":
      return wanted ? someHolds(resolved, state) : [someFails(resolved, state)];
    case "let": {
      const { binding, value, body } = resolved;
      const use = { times: 2, anchors: false };
      return translation.bindConst(binding, value, use, state).flatMap((each) => translateCondition(body, wanted, each));
    }
    case "conditional": {
      const { test, then, otherwise, span } = resolved;
      return translateCondition(or([and([test, then], span), and([not(test), otherwise], span)], span), wanted, state);
    }
    case "coalesce": {
      const { value, fallback, span } = resolved;
      return translateCondition(or([and([present(value), value], span), and([not(present(value)), fallback], span)], span), wanted, state);
    }
  }
  return translateAtom(resolved, wanted, state);
}

function distinct(states: readonly State[]): readonly State[] {
  return states.filter((state, index) => !isImpossible(state.lines) && states.findIndex((other) => sameLines(other.lines, state.lines)) === index);
}

/** The condition as a rule of its own, where a body may not split. */
function asHelper(condition: Expression, wanted: boolean, state: State): State {
  const term = state.scope.translation.helper("condition", condition, state.scope);
  return adding(state, line(wanted ? term.text : `not ${term.text}`));
}

function someHolds(node: Some, state: State): readonly State[] {
  const { walk } = state.scope.translation;
  if (state.scope.multiplicity !== "once") return walk(node.list, node.binder, state).flatMap((each) => translateCondition(node.body, true, each));
  const inner = walk(node.list, node.binder, { lines: [], scope: state.scope.counting("any") }).flatMap((each) => translateCondition(node.body, true, each));
  const [only] = inner;
  if (inner.length !== 1 || only === undefined) return inner.length === 0 ? [] : [asHelper(node, true, state)];
  return [adding(state, anyOf(headOf(node, only), only.lines))];
}

function someFails(node: Some, state: State): State {
  const start: State = { lines: [], scope: state.scope.counting("any") };
  const inner = state.scope.translation.walk(node.list, node.binder, start).flatMap((each) => translateCondition(node.body, true, each));
  return adding(state, ...inner.map((each) => noneOf(headOf(node, each), each.lines)));
}

/** What a comprehension that is only counted collects: the element, if the walk has a name for it. */
function headOf(node: Some, state: State): string {
  const text = state.scope.bound(node.binder.value)?.term.text ?? "1";
  return /^[a-z_0-9]+$/.test(text) ? text : "1";
}

/**
 * The choice to take out of a test. A reference with a fallback may stay, and does unless the fallback decides the test, so that
 * only the reference is left to look at.
 */
function choiceToTake(node: Expression, wanted: boolean, state: State): Choice | undefined {
  const choice = takeChoice(node);
  const kept = takeChoice(node, (each) => isDefaulted(each, state.scope));
  if (choice?.kind !== "choice" || kept !== undefined) return kept;
  return isLiteral(rewrite(choice.whenFalse, foldNode), !wanted) ? choice : undefined;
}

function translateAtom(node: Expression, wanted: boolean, state: State): readonly State[] {
  if (node.kind === "present" && node.value.kind === "coalesce") {
    return translateCondition(or([present(node.value.value), present(node.value.fallback)], node.span), wanted, state);
  }
  const choice = choiceToTake(node, wanted, state);
  if (choice?.kind === "let") return translateCondition({ ...node, ...choice, type: node.type } as Expression, wanted, state);
  if (choice !== undefined) {
    const { test, whenTrue } = choice;
    const whenFalse = rewrite(choice.whenFalse, foldNode);
    const otherwise = whenFalse.kind === "literal" ? [] : [and([not(test), whenFalse], node.span)];
    const either = isLiteral(whenFalse, true) ? or([not(test), whenTrue], node.span) : or([and([test, whenTrue], node.span), ...otherwise], node.span);
    return translateCondition(either, wanted, state);
  }
  const { scope } = state;
  const { term } = scope.translation;
  switch (node.kind) {
    case "equals":
      return translateEquals(node, wanted, state);
    case "includes":
      return translateIncludes(node, wanted, state);
    case "present":
      return translatePresent(node.value, wanted, state);
    case "compare": {
      const [left, right] = [term(node.left, scope), term(node.right, scope)];
      const operator = wanted ? node.operator : opposite[node.operator];
      // Null sorts below every number, so only the greater side is proved to be present.
      return [adding(state, line(`${left.text} ${operator} ${right.text}`, operator.startsWith(">") ? left.refs : right.refs))];
    }
    case "type-test":
      return say((text) => `is_${node.tested}(${text})`, node.value, wanted, state);
    case "text-test": {
      const search = term(node.search, scope);
      return say((text) => `${textTests[node.operator]}(${text}, ${search.text})`, node.text, wanted, state, search.refs);
    }
    case "matches":
      return say((text) => `regex.match(${rawText(node.pattern)}, ${text})`, node.text, wanted, state);
    case "intrinsic": {
      const given = node.arguments.map((argument) => term(argument, scope).text);
      const text = callText(scope.package.libraryRule("cidr_contains"), given);
      return [adding(state, line(wanted ? text : `not ${text}`))];
    }
    case "call": {
      const called = scope.translation.call(node, scope, wanted ? undefined : (argument) => certainText(argument, state) ?? argument.text);
      return "kind" in called ? translateCondition(called, wanted, state) : [adding(state, line(wanted ? called.text : `not ${called.text}`))];
    }
    default: {
      const value = node.kind === "variable" ? (questionRule(node, scope) ?? term(node, scope)) : term(node, scope);
      if (value.nullable) return [adding(state, wanted ? line(`${value.text} == true`, value.refs) : different(value, { text: "true", refs: [], nullable: false }, scope))];
      return [adding(state, line(wanted ? value.text : `not ${value.text}`, wanted ? value.refs : []))];
    }
  }
}

/** One line with a test of a value; the negation holds where the value is absent, too. */
function say(test: (text: string) => string, subject: Expression, wanted: boolean, state: State, refs: readonly string[] = []): readonly State[] {
  const term = state.scope.translation.term(subject, state.scope);
  if (wanted) return [adding(state, line(test(term.text), [...term.refs, ...refs]))];
  const certain = certainText(term, state);
  return [adding(state, certain === undefined ? noneOf("1", [line(test(term.text))]) : line(`not ${test(certain)}`))];
}

/** The term as an argument of a call that is negated: never missing, unless a line before it proves it to be there anyway. */
const certainText = (term: Term, state: State, fallback?: string): string | undefined =>
  state.lines.some((each) => implies(each, term.text)) ? term.text : neverMissing(term, state.scope, fallback);

const opposite = { "<": ">=", "<=": ">", ">": "<=", ">=": "<" } as const;
const textTests = { "starts-with": "startswith", "ends-with": "endswith", contains: "contains" } as const;

/** Boolean expressions that are asked, so that no term holds them. */
function isQuestion(node: Expression, scope: Scope): boolean {
  if (node.kind === "variable") return questionRule(node, scope) !== undefined;
  return node.type.shapes.join() === "boolean" && !["literal", "member", "entry", "element", "parameter", "find", "root"].includes(node.kind);
}

function translateEquals(node: Equals, wanted: boolean, state: State): readonly State[] {
  const { scope } = state;
  if (isQuestion(node.left, scope) || isQuestion(node.right, scope)) {
    const { left, right, span } = node;
    const truthOf = (side: Expression): Expression => (isQuestion(side, scope) ? side : equals(side, { kind: "literal", value: true, type: node.type, span }));
    const falsehoodOf = (side: Expression): Expression => (isQuestion(side, scope) ? not(side) : equals(side, { kind: "literal", value: false, type: node.type, span }));
    return translateCondition(or([and([truthOf(left), truthOf(right)], span), and([falsehoodOf(left), falsehoodOf(right)], span)], span), wanted, state);
  }
  const [first, second] = node.left.kind === "literal" ? [node.right, node.left] : [node.left, node.right];
  const [left, right] = [scope.translation.term(first, scope), scope.translation.term(second, scope)];
  const bothMayBeAbsent = first.type.optional && second.type.optional && left.nullable && right.nullable;
  const same = line(`${left.text} == ${right.text}`, bothMayBeAbsent ? [] : [...left.refs, ...right.refs]);
  if (!bothMayBeAbsent) return [adding(state, wanted ? same : different(left, right, scope))];
  const apart = different(left, right, scope);
  const there = translatePresent(first, true, state);
  if (wanted) return [...there.map((each) => adding(each, same)), ...translatePresent(first, false, state).flatMap((each) => translatePresent(second, false, each))];
  return [...there.map((each) => adding(each, apart)), ...translatePresent(first, false, state).flatMap((each) => translatePresent(second, true, each))];
}

/** That two terms are not equal, where one of them is present. */
function different(left: Term, right: Term, scope: Scope): Line {
  if (!left.nullable && !right.nullable) return line(`${left.text} != ${right.text}`);
  const certain = neverMissing(left, scope);
  if (certain !== undefined && isScalarText(right.text)) return difference({ subject: left.text, certain, literals: [right.text] });
  if (isPlainReference(left.text) && isPlainReference(right.text)) return line(`not ${left.text} == ${right.text}`);
  const other = neverMissing(right, scope);
  if (certain !== undefined && other !== undefined) return line(`${certain} != ${other}`);
  return noneOf("1", [line(`${left.text} == ${right.text}`)]);
}

const isScalarText = (text: string): boolean => /^("(?:[^"\\]|\\.)*"|-?[0-9.]+|true|false)$/.test(text);

function translateIncludes(node: Includes, wanted: boolean, state: State): readonly State[] {
  const { scope } = state;
  const list = node.list;
  if (list.kind === "list" && !list.items.every((item) => item.kind === "literal")) {
    return translateCondition(or(list.items.map((item) => equals(node.item, item)), node.span), wanted, state);
  }
  const item = scope.translation.term(node.item, scope);
  if (list.kind === "list") {
    const literals = list.items.map((each) => scalarText(each.kind === "literal" ? each.value : ""));
    if (wanted) return [adding(state, line(`${item.text} in {${literals.join(", ")}}`, item.refs))];
    const certain = certainText(item, state);
    return [adding(state, certain === undefined ? noneOf("1", [line(`${item.text} in {${literals.join(", ")}}`)]) : difference({ subject: item.text, certain, literals }))];
  }
  const term = scope.translation.term(list, scope);
  if (!wanted) {
    const [certainItem, certainList] = [certainText(item, state), certainText(term, state, "[]")];
    if (certainItem === undefined || certainList === undefined) return [adding(state, noneOf("1", [line(`${item.text} in ${term.text}`)]))];
    return [adding(state, line(`not ${certainItem} in ${certainList}`))];
  }
  const text = `${item.text} in ${term.text}`;
  const itemIsPresent = !node.item.type.optional || !item.nullable || term.withoutNulls === true;
  return itemIsPresent ? [adding(state, line(text, [...item.refs, ...term.refs]))] : [adding(state, line(text, term.refs), presence(item.text))];
}

/** Present means neither missing nor null. */
function translatePresent(given: Expression, wanted: boolean, state: State): readonly State[] {
  const { scope } = state;
  const value = scope.resolve(given);
  if (value.kind === "find") return translateCondition({ kind: "some", list: value.list, binder: value.binder, body: value.body, type: value.type, span: value.span }, wanted, state);
  const term = scope.translation.term(value, scope);
  if (!term.nullable) return wanted ? [state] : [];
  if (wanted) return [adding(state, presence(term.text))];
  const certain = neverMissing(term, scope);
  return [adding(state, certain === undefined ? noneOf("1", [line(`${term.text} != null`)]) : absence(certain, term.text))];
}
