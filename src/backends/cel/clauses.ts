import type { Clause, Step } from "../../ir/control.ts";
import { and, present, variable } from "../../ir/construct.ts";
import type { Expression } from "../../ir/expressions.ts";
import { freeVariables, substitute, usesOf } from "../../ir/walk.ts";
import { keyOf } from "../../ir/identity.ts";
import { isReference } from "../../passes/inline-call.ts";
import { hoisted, inlined, sharingCalls } from "./calls.ts";
import { mergedFilter } from "./filters.ts";
import { elementPlace, keyPlace, memberPlace, pathPieces, type Pieces, joined } from "./places.ts";
import { impliesPresent } from "./presence.ts";
import { outsideWalks } from "./outside-walks.ts";
import { podVariable } from "./roots.ts";
import { Refusal, type Scope, type Walk } from "./scope.ts";
import { locatedPart, namedLists } from "./sources.ts";
import { all, atom, binary, type Cel, emptyList, list, method, nothing, one, select, ternary, yes } from "./syntax.ts";
import { stringLiteral } from "./text.ts";
import { textPieces } from "./texts.ts";
import { mayBeAbsent, orNull, type Value } from "./value.ts";
import { transformed } from "./walk.ts";

/** What stands between violations that one walk joins. */
const separator = stringLiteral("; ");

/** A clause as CEL walks it. */
export interface PlainClause {
  readonly clause: Clause;
  /** Lists that are made of others are walked as what they are made of, and what is the same for all elements of a walk stands before it. */
  readonly steps: readonly Step[];
  /** Whether it could deny where there is no pod. */
  readonly needsPod: boolean;
}

/** Prepares a clause of a check. */
export function plainClause(given: Clause, isPod: boolean, scope: Scope): PlainClause {
  const clause = withoutReferences(withNamedAnchor(given, scope));
  const steps = outsideWalks(withoutListConsts(clause).flatMap((step) => plainSteps(step, scope)));
  return { clause, steps, needsPod: isPod && needsPod(steps) };
}

/** The violations of a clause as a list of texts `path: message`; several that a nested walk found may stand in one text. */
export function clauseLines({ clause, needsPod, steps }: PlainClause, scope: Scope): Cel {
  const located = locatedBindings(steps, clause.anchor);
  const lines = linesOf(steps, clause, located, scope);
  return needsPod ? ternary(binary("!=", podVariable(scope), nothing), lines, emptyList) : lines;
}

/** An anchor that has to be worked out is a const first. */
function withNamedAnchor(clause: Clause, scope: Scope): Clause {
  if (isReference(clause.anchor)) return clause;
  const binding = scope.fresh("part", clause.anchor.type);
  return { ...clause, steps: [...clause.steps, { kind: "let", binding, value: clause.anchor, span: clause.span }], anchor: variable(binding, clause.span) };
}

/** A const that only names a part of an input is that part. */
function withoutReferences({ anchor, message, path, steps, ...clause }: Clause): Clause {
  const parts = new Map<number, Expression>();
  const inPlace = (expression: Expression): Expression => substitute(expression, parts);
  const kept = steps.flatMap((step): readonly Step[] => {
    if (step.kind === "each") return [{ ...step, list: inPlace(step.list) }];
    if (step.kind === "when") return [{ ...step, condition: inPlace(step.condition) }];
    const value = inPlace(step.value);
    if (!isReference(value)) return [{ ...step, value }];
    parts.set(step.binding.id, value);
    return [];
  });
  return { ...clause, steps: kept, anchor: inPlace(anchor), path: path.map((segment) => (typeof segment === "string" ? segment : inPlace(segment))), message: inPlace(message) };
}

/** A list under a name is walked as what it is made of where a path starts from its elements, so that their paths are known. */
function withoutListConsts({ anchor, steps }: Clause): readonly Step[] {
  const located = locatedBindings(steps, anchor);
  const lists = new Map<number, Expression>();
  return steps.map((step) => {
    if (step.kind === "let" && step.value.type.shapes.join() === "list" && !isReference(step.value)) lists.set(step.binding.id, substitute(step.value, lists));
    return step.kind === "each" && located.has(step.binder.value.id) ? { ...step, list: substitute(step.list, lists) } : step;
  });
}

/** Walks over lists that are made of others as walks, consts and conditions. */
function plainSteps(step: Step, scope: Scope): readonly Step[] {
  if (step.kind === "let" && freeVariables(step.value).length > 0) return [{ ...step, value: sharingCalls(step.value, scope) }];
  if (step.kind !== "each") return [step];
  const { binder, span } = step;
  const node = step.list;
  const again = (...steps: readonly Step[]): readonly Step[] => steps.flatMap((each) => plainSteps(each, scope));
  if (node.kind === "call") {
    const body = inlined(node, scope);
    return body.kind === "filter" || body.kind === "map" || body.kind === "flat-map" ? again({ ...step, list: body }) : [step];
  }
  if (node.kind === "filter") {
    const merged = mergedFilter(node, binder);
    if (merged !== undefined) return again({ kind: "each", list: node.list, binder: merged.binder, span }, { kind: "when", condition: merged.condition, span });
  }
  if (node.kind === "map" && binder.key === undefined) {
    const value = variable({ ...binder.value, type: node.body.type }, span);
    return again({ kind: "each", list: node.list, binder: node.binder, span }, { kind: "let", binding: binder.value, value: node.body, span }, ...(node.body.type.optional ? [{ kind: "when", condition: present(value), span } as const] : []));
  }
  if (node.kind === "flat-map" && binder.key === undefined) return again({ kind: "each", list: node.list, binder: node.binder, span }, { kind: "each", list: node.body, binder, span });
  return [step];
}

/** The bindings that the anchor of a violation is reached through. */
function locatedBindings(steps: readonly Step[], anchor: Expression): ReadonlySet<number> {
  const found = new Set(freeVariables(anchor).map(({ id }) => id));
  for (const step of [...steps].reverse()) {
    if (step.kind === "when") continue;
    const id = step.kind === "each" ? step.binder.value.id : step.binding.id;
    if (found.has(id)) for (const source of freeVariables(step.kind === "each" ? step.list : step.value)) found.add(source.id);
  }
  return found;
}

/** Whether a clause could deny where there is no pod: it neither walks a list of the pod nor asks for a part of it. */
const needsPod = (steps: readonly Step[]): boolean => !steps.some((step) => (step.kind === "each" ? isOfPod(step.list, steps) : step.kind === "when" && asksForPresence(step.condition, steps)));

/** Whether a list is empty where there is no pod. */
function isOfPod(list: Expression, steps: readonly Step[]): boolean {
  if (list.kind === "call") return list.arguments.some((argument) => underPod(argument, steps)) && list.type.shapes.join() === "list" && list.arguments.length === 1;
  if (list.kind === "concat") return list.lists.every((each) => isOfPod(each, steps));
  return underPod(list, steps);
}

/** Whether an expression is the pod or a part of it. */
function underPod(node: Expression, steps: readonly Step[]): boolean {
  if (node.kind === "root") return node.name === "pod";
  if (node.kind === "member" || node.kind === "entries" || node.kind === "keys" || node.kind === "values") return underPod(node.object, steps);
  const bound = node.kind === "variable" ? steps.find((step) => step.kind === "let" && step.binding.id === node.binding.id) : undefined;
  return bound?.kind === "let" && underPod(bound.value, steps);
}

/** Conditions that no absent pod fulfils. */
function asksForPresence(condition: Expression, steps: readonly Step[]): boolean {
  if (condition.kind === "and") return condition.operands.some((operand) => asksForPresence(operand, steps));
  if (condition.kind === "present") return underPod(condition.value, steps);
  return condition.kind === "equals" && ((condition.right.kind === "literal" && underPod(condition.left, steps)) || (condition.left.kind === "literal" && underPod(condition.right, steps)));
}

/** What leads up to a violation: conditions in the scope that the consts among them make, and the steps after them. */
interface Prefix {
  readonly tests: readonly Cel[];
  readonly conditions: readonly Expression[];
  readonly scope: Scope;
  readonly rest: readonly Step[];
}

function prefixOf(steps: readonly Step[], clause: Clause, located: ReadonlySet<number>, given: Scope): Prefix {
  const tests: Cel[] = [];
  const conditions: Expression[] = [];
  let scope = given;
  for (const [at, step] of steps.entries()) {
    if (step.kind === "when") {
      tests.push(scope.translation.holds(step.condition, scope));
      conditions.push(step.condition);
      continue;
    }
    if (step.kind === "each") return { tests, conditions, scope, rest: steps.slice(at) };
    if (isLocatedLet(step, located)) {
      if (!scope.isFixed(step.value)) return { tests, conditions, scope, rest: steps.slice(at) };
      const part = locatedPart(step.value, step.binding.name, scope);
      const variable = scope.variables.reference(`part ${keyOf(step.value)}`, step.binding.name, () => () => part);
      scope = scope.bind(step.binding, partValue(variable), true);
      continue;
    }
    const value = hoisted(step.value, step.binding.name, scope) ?? (isReference(step.value) || isShort(step, usesLater(step.binding.id, steps.slice(at + 1), clause), scope) ? scope.translation.value(step.value, scope) : undefined);
    if (value === undefined) return { tests, conditions, scope, rest: steps.slice(at) };
    scope = scope.bind(step.binding, value, scope.isFixed(step.value));
  }
  return { tests, conditions, scope, rest: [] };
}

/** Whether a const names a part of the object that has to be found first, and that the path starts from. */
const isLocatedLet = (step: Extract<Step, { kind: "let" }>, located: ReadonlySet<number>): boolean => located.has(step.binding.id) && !isReference(step.value) && step.value.type.shapes.join() !== "list";

const partValue = (part: Cel): Value => ({ cel: { kind: "select", target: part, name: "value", optional: true }, type: "dyn", optional: true, nullInside: true, nullElements: true, own: false, place: { pieces: [select(part, "path")], open: false } });

/** A value that costs no more to repeat than to name. */
function isShort({ value }: Extract<Step, { kind: "let" }>, uses: number, scope: Scope): boolean {
  if (value.kind === "list") return value.items.every((item) => isReference(item) || item.kind === "record");
  return isDefaulted(value, uses) || (!scope.isFixed(value) && (value.kind === "equals" || value.kind === "present"));
}

/** A part of the object, or a literal in its place, that is read a time or two. */
export const isDefaulted = (value: Expression, uses: number): boolean => value.kind === "coalesce" && uses < 3 && isReference(value.value) && value.fallback.kind === "literal";

function usesLater(id: number, steps: readonly Step[], { anchor, message, path }: Clause): number {
  const readers = [...steps.map((step) => (step.kind === "each" ? step.list : step.kind === "let" ? step.value : step.condition)), anchor, message, ...path.filter((segment) => typeof segment !== "string")];
  return readers.reduce((sum, reader) => sum + usesOf(id, reader), 0);
}

function linesOf(steps: readonly Step[], clause: Clause, located: ReadonlySet<number>, given: Scope): Cel {
  const { tests, scope, rest } = prefixOf(steps, clause, located, given);
  const [step, ...later] = rest;
  const inner = step === undefined ? list(violationText(clause, scope)) : walkLines(step, later, clause, located, scope);
  return ternary(all(tests), inner, emptyList);
}

/** The violations under a walk, or under a const that is more than a name for a part of the object. */
function walkLines(step: Step, later: readonly Step[], clause: Clause, located: ReadonlySet<number>, scope: Scope): Cel {
  if (step.kind === "when") throw new Error("conditions are taken before a walk");
  const named = step.kind === "each" && located.has(step.binder.value.id) ? namedLists(step.list, step.binder, scope) : undefined;
  if (named !== undefined) {
    const lines = linesUnder(named.walk, step, later, clause, located);
    return joinedLines(method(list(...named.names.map(stringLiteral)), "map", atom(named.name), method(lines, "join", separator)));
  }
  const walk = step.kind === "each" ? scope.translation.source(step.list, step.binder, scope, located.has(step.binder.value.id)) : letWalk(step, located, scope);
  return linesUnder(walk, step, later, clause, located);
}

function linesUnder(walk: Walk, step: Exclude<Step, { kind: "when" }>, later: readonly Step[], clause: Clause, located: ReadonlySet<number>): Cel {
  const { tests, conditions, scope: inner, rest } = prefixOf(later, clause, located, walk.scope);
  const element = step.kind === "each" ? step.binder.value.id : undefined;
  const guard = element !== undefined && walk.element !== "" && impliesPresent(and([...conditions], step.span), element) ? [] : [walk.guard];
  const test = all([...guard, ...tests]);
  const [next, ...after] = rest;
  if (next === undefined) return transformed(walk, test, violationText(clause, inner));
  // A const that stands for one before it, which nothing else reads: the same walk goes on with it.
  const isPassedOn = step.kind === "let" && later.length === conditions.length + rest.length && usesLater(step.binding.id, after, clause) === 0;
  if (isPassedOn && next.kind === "let" && !isLocatedLet(step, located) && !isLocatedLet(next, located)) {
    const named = namedValue(next, inner);
    return linesUnder({ ...named.walk, over: transformed(walk, test, named.value) }, next, after, clause, located);
  }
  const found = transformed(walk, test, method(walkLines(next, after, clause, located, inner), "join", separator));
  return joinedLines(found);
}

/** Texts of which each holds what one step of a walk found, without those of steps that found nothing. */
const joinedLines = (found: Cel): Cel => method(found, "filter", atom("text"), binary("!=", atom("text"), stringLiteral("")));

/** CEL's way to name a value: a walk over a list of one. */
function letWalk(step: Extract<Step, { kind: "let" }>, located: ReadonlySet<number>, scope: Scope): Walk {
  if (!isLocatedLet(step, located)) return namedValue(step, scope).walk;
  const { name, scope: inner } = scope.named(step.binding.name);
  return { element: name, key: "", keyed: false, guard: yes, over: list(locatedPart(step.value, step.binding.name, scope)), own: false, scope: inner.bind(step.binding, partValue(atom(name)), false) };
}

/** The value of a const, and the walk over it alone. */
function namedValue(step: Extract<Step, { kind: "let" }>, scope: Scope): { readonly value: Cel; readonly walk: Walk } {
  const { name, scope: inner } = scope.named(step.binding.name);
  const given = scope.translation.value(step.value, scope);
  const value = given.optional ? orNull(given) : given.cel;
  const bound: Value = { ...given, cel: atom(name), optional: false, nullInside: mayBeAbsent(given), type: given.optional ? "dyn" : given.type };
  return { value, walk: { element: name, key: "", keyed: false, guard: yes, over: one(value), own: given.own, scope: inner.bind(step.binding, bound, false) } };
}

/** `path: message`, with the letter of the finding at the end where the control has several. */
function violationText(clause: Clause, scope: Scope): Cel {
  const anchor = scope.translation.value(clause.anchor, scope);
  if (anchor.place === undefined) throw new Refusal("a path that starts from a value which is worked out", clause.span);
  let place = anchor.place;
  for (const segment of clause.path) {
    if (typeof segment === "string") place = memberPlace(place, segment);
    else {
      const value = scope.translation.value(segment, scope);
      const cel = value.optional ? orNull(value) : value.cel;
      place = segment.type.shapes.join() === "number" ? elementPlace(place, cel) : keyPlace(place, cel);
    }
  }
  const message: Pieces = clause.message.kind === "literal" ? [String(clause.message.value)] : textPieces(clause.message.kind === "text" ? clause.message.parts : [clause.message], scope);
  return joined([...pathPieces(place), ": ", ...message, clause.finding === undefined ? "" : ` (${clause.finding})`]);
}
