import { isDefinite, variable } from "../../ir/construct.ts";
import type { Expression } from "../../ir/expressions.ts";
import { kindParts } from "../../kubernetes/scope.ts";
import { isScalar } from "../../ir/types.ts";
import { isReference } from "../../passes/inline-call.ts";
import { callText, comprehension, joined, listText } from "./bodies.ts";
import { joinText } from "./places.ts";
import { memberText, scalarText, stringText } from "./rego-text.ts";
import type { Scope, State } from "./scope.ts";
import type { Term } from "./term.ts";

type TermTable = { readonly [Kind in Expression["kind"]]: (node: Extract<Expression, { kind: Kind }>, scope: Scope) => Term };

const withoutNulls = (term: Term): Term => ({ ...term, withoutNulls: true });
const ownData = (term: Term): Term => ({ ...term, withoutNulls: true, own: true });
const certain = (text: string, refs: readonly string[] = []): Term => ({ text, refs, nullable: false });
const bracketed = (term: Term): string => (term.infix === true ? `(${term.text})` : term.text);

/** The value of an expression as a Rego term. */
export function translateTerm(expression: Expression, scope: Scope): Term {
  const resolved = scope.resolve(expression);
  return (table[resolved.kind] as (node: Expression, scope: Scope) => Term)(resolved, scope);
}

const truth = (node: Expression, scope: Scope): Term => scope.translation.answer(node, scope);

/** The rule of a const that is a question: true, or undefined. */
export function questionRule(node: Extract<Expression, { kind: "variable" }>, scope: Scope): Term | undefined {
  const bound = scope.bound(node.binding);
  const { definition } = bound ?? {};
  return definition !== undefined && definition.type.shapes.join() === "boolean" && !definition.type.optional && !["conditional", "coalesce", "let", "find"].includes(definition.kind) ? bound?.term : undefined;
}

const helper = (node: Expression, scope: Scope): Term => scope.translation.helper("effective_value", node, scope);

const table: TermTable = {
  literal: (node) => certain(scalarText(node.value)),
  absent: () => ({ text: "null", refs: [], nullable: true }),
  variable: (node, scope) => {
    const bound = scope.bound(node.binding);
    if (bound === undefined) throw new Error(`the variable ${node.binding.name} (${node.binding.id}) is not bound`);
    if (questionRule(node, scope) !== undefined) return truth(node, scope);
    return bound.indexOf === undefined ? bound.term : certain(callText(scope.package.libraryRule("position"), [bound.indexOf, bound.term.text]));
  },
  root: (node, scope) => scope.package.root(node.name),
  parameter: (node, scope) => ownData(certain(`${scope.package.parameters()}${memberText(node.name)}`)),
  constant: (node, scope) => ownData(scope.package.constant(node)),
  member: (node, scope) => under(translateTerm(node.object, scope), memberText(node.name), stringText(node.name), node.type.optional),
  entry: (node, scope) => {
    const key = translateTerm(node.key, scope).text;
    const isName = node.key.kind === "literal" && typeof node.key.value === "string";
    return under(translateTerm(node.object, scope), isName ? memberText(String(node.key.value)) : `[${key}]`, key, node.type.optional);
  },
  element: (node, scope) => {
    const list = translateTerm(node.list, scope);
    const index = translateTerm(node.index, scope).text;
    if (isDefinite(node)) return certain(`${list.text}[${index}]`, list.refs);
    if (list.withoutNulls === true) return { text: callText(scope.package.libraryRule("nth"), [list.text, index]), refs: [], nullable: true, nullForAbsent: true };
    const given = node.list.type.optional ? (neverMissing(list, scope, "[]") ?? list.text) : list.text;
    return { text: callText(scope.package.libraryRule("element"), [given, index]), refs: [], nullable: true, nullForAbsent: true };
  },
  record: (node, scope) => certain(`{${node.fields.map(({ name, value }) => `${stringText(name)}: ${translateTerm(value, scope).text}`).join(", ")}}`),
  list: (node, scope) => (node.items.some((item) => item.type.optional) ? listTerm(node, scope) : withoutNulls(certain(listText(node.items.map((item) => translateTerm(item, scope).text))))),
  concat: (node, scope) => listTerm(node, scope),
  filter: (node, scope) => listTerm(node, scope),
  map: (node, scope) => listTerm(node, scope),
  "flat-map": (node, scope) => listTerm(node, scope),
  entries: (node, scope) => listTerm(node, scope),
  keys: (node, scope) => listTerm(node, scope),
  values: (node, scope) => listTerm(node, scope),
  find: (node, scope) => ({ text: callText(scope.package.libraryRule("element"), [listTerm({ ...node, kind: "filter" }, scope, "single").text, "0"]), refs: [], nullable: true, nullForAbsent: true }),
  some: truth,
  includes: truth,
  equals: truth,
  compare: truth,
  not: truth,
  and: truth,
  or: truth,
  present: truth,
  "type-test": truth,
  "text-test": truth,
  matches: truth,
  length: (node, scope) => certain(`count(${elements(node.list, scope)})`),
  join: (node, scope) => certain(`concat(${translateTerm(node.separator, scope).text}, ${elements(node.list, scope)})`),
  arithmetic: (node, scope) => {
    const [left, right] = [translateTerm(node.left, scope), translateTerm(node.right, scope)];
    return { text: `${bracketed(left)} ${node.operator} ${bracketed(right)}`, refs: [...left.refs, ...right.refs], nullable: false, infix: true };
  },
  conditional: helper,
  coalesce: (node, scope) => {
    const { below } = isDefaulted(node, scope) ? translateTerm(node.value, scope) : {};
    if (below === undefined) return helper(node, scope);
    return certain(callText(scope.package.libraryRule("get"), [below.base, keysText(below.keys), translateTerm(node.fallback, scope).text]));
  },
  let: helper,
  text: (node, scope) => certain(textOf(node, scope)),
  split: (node, scope) => {
    const text = translateTerm(node.text, scope);
    return withoutNulls(certain(`split(${text.text}, ${translateTerm(node.separator, scope).text})`, text.refs));
  },
  intrinsic: (node, scope) => {
    const given = node.arguments.map((argument) => translateTerm(argument, scope));
    const list = given.map(({ text }) => text).join(", ");
    const refs = given.flatMap((term) => term.refs);
    if (node.name === "characters") return certain(`count(${list})`, refs);
    if (node.name === "cidrContains") return truth(node, scope);
    return certain(`${scope.package.libraryRule(node.name === "decimal" ? "decimal" : "lower_ascii")}(${list})`, refs);
  },
  call: (node, scope) => {
    const called = scope.translation.call(node, scope);
    if (!("kind" in called)) return node.type.shapes.join() === "boolean" && !node.type.optional ? truth(node, scope) : called;
    return translateTerm(called, scope);
  },
  lookup: (node, scope) => {
    const { apiVersion, kind } = kindParts(node.kindName);
    const place = node.namespace === undefined ? undefined : translateTerm(node.namespace, scope);
    const given = [stringText(apiVersion), stringText(kind), ...(place === undefined ? [] : [place.text])];
    return withoutNulls(certain(`${scope.package.libraryRule(place === undefined ? "objects" : "objects_in")}(${given.join(", ")})`, place?.refs));
  },
};

/** A member of what a term refers to. */
export function under(base: Term, segment: string, key: string, optional = true): Term {
  const text = `${bracketed(base)}${segment}`;
  if (base.own === true && !optional) return { text, refs: [text], nullable: false, own: true };
  const own = base.nullable && base.nullForAbsent !== true ? undefined : { base: base.text, keys: [], ...(base.nullable ? { baseMayBeNull: true } : {}) };
  const below = base.below ?? own;
  return { text, refs: [text], nullable: true, ...(below === undefined ? {} : { below: { ...below, keys: [...below.keys, key] } }) };
}

/**
 * The term in a form that is never missing: null or the fallback stands for what is absent. OPA works out the arguments of a
 * call before it negates it, so that `not f(x.y)` is undefined, not true, where x has no y. Undefined when there is no such form.
 */
export function neverMissing(term: Term, scope: Scope, fallback = "null"): string | undefined {
  if (!term.nullable || term.nullForAbsent === true) return term.text;
  if (term.below === undefined) return undefined;
  const { base, keys, baseMayBeNull } = term.below;
  return callText(baseMayBeNull === true ? scope.package.libraryRule("get") : "object.get", [base, keysText(keys), fallback]);
}

/** Whether an expression is a reference with a plain fallback: `container.image ?? ""`. */
export function isDefaulted(node: Expression, scope: Scope): boolean {
  if (node.kind !== "coalesce" || !["literal", "parameter"].includes(node.fallback.kind) || !isScalar(node.type)) return false;
  return (node.value.kind === "member" || node.value.kind === "entry") && isReference(node.value) && translateTerm(node.value, scope).below !== undefined;
}

const keysText = (keys: readonly string[]): string => (keys.length === 1 ? (keys[0] ?? "") : `[${keys.join(", ")}]`);

/** A list that is made of others, as a comprehension that leaves out null elements. */
function listTerm(node: Expression, scope: Scope, multiplicity: "single" | "once" = "once"): Term {
  const item = { id: -1, name: "item", type: node.type };
  const start: State = { lines: [], scope: scope.counting(multiplicity) };
  const lists = scope.translation.walk(node, { value: item }, start, true).map((state) => comprehension(translateTerm(variable(item, node.span), state.scope).text, state.lines));
  return withoutNulls(certain(joined(lists)));
}

function elements(list: Expression, scope: Scope): string {
  const term = translateTerm(list, scope);
  return term.withoutNulls === true ? term.text : listTerm(scope.resolve(list), scope).text;
}

/** Whether a text has several parts that depend on a question, so that each had better be worked out by itself. */
export const hasSeveralChoices = (node: Expression, scope: Scope): boolean =>
  node.kind === "text" && node.parts.filter((part) => (part.kind === "conditional" || part.kind === "coalesce") && !isDefaulted(part, scope)).length > 1;

/** The text of a template string or of a message. */
export function textOf(node: Expression, scope: Scope): string {
  const resolved = scope.resolve(node);
  const parts = resolved.kind === "text" ? resolved.parts : [resolved];
  return joinText(parts.map((part) => (part.kind === "literal" ? { literal: String(part.value) } : { term: partText(part, scope) })));
}

function partText(part: Expression, scope: Scope): string {
  const isChoice = part.kind === "conditional" || part.kind === "let" || (part.kind === "coalesce" && !isDefaulted(part, scope));
  const term = isChoice ? scope.translation.helper("text_part", part, scope) : translateTerm(part, scope);
  const shapes = part.type.shapes.join();
  if (term.below !== undefined) return callText(scope.package.libraryRule("text_of"), [term.below.base, keysText(term.below.keys)]);
  if (shapes === "string") return term.text;
  if (shapes === "number" && !term.nullable && part.kind !== "variable") return `format_int(${term.text}, 10)`;
  const isPlain = shapes === "boolean" || (shapes === "number" && !scope.package.dialect.floats);
  return isPlain ? `json.marshal(${term.text})` : `${scope.package.libraryRule("text_of")}({"value": ${term.text}}, "value")`;
}

