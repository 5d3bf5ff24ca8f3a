import { not, present, variable } from "../../ir/construct.ts";
import type { Binder, Binding, Call, Concat, Expression } from "../../ir/expressions.ts";
import { objectType } from "../../ir/types.ts";
import { comprehension, joined } from "./bodies.ts";
import { presence, walkLine } from "./lines.ts";
import { indexPlace, keyPlace, pathText, placeOf } from "./places.ts";
import { stringText } from "./rego-text.ts";
import { adding, type Bound, type Place, type Scope, type State } from "./scope.ts";
import type { Term } from "./term.ts";

/** `ordered`: whether the order of the elements counts, so that a rule without order cannot stand in for the list. */
type Walk<Node> = (list: Node, binder: Binder, state: State, ordered: boolean) => readonly State[];

/** The ways to walk a list, each with the element (and index or key) bound and null elements left out. */
export function translateWalk(list: Expression, binder: Binder, state: State, ordered = false): readonly State[] {
  const resolved = state.scope.resolve(list);
  const walk = table[resolved.kind] as Walk<Expression> | undefined;
  return (walk ?? walkReference)(resolved, binder, state, ordered);
}

/** A variable of this body. */
const local = (name: string, place?: Place): Bound => ({ term: { text: name, refs: [name], nullable: false }, ...(place === undefined ? {} : { place }) });

/** Walks that are made of others, by the kind of list; all other kinds are references or values that Rego walks itself. */
const table: { readonly [Kind in Expression["kind"]]?: Walk<Extract<Expression, { kind: Kind }>> } = {
  absent: () => [],
  call: walkCall,
  concat: walkConcat,
  list: (node, binder, state) => {
    if (node.items.length === 0) return [];
    if (binder.key !== undefined) return walkIndexed(node, binder, state);
    if (node.items.every((item) => item.kind === "literal") && node.items.length > 1) return walkReference(node, binder, state);
    return node.items.flatMap((item) => isPresentIn(item, { ...state, scope: state.scope.alias(binder.value, item) }));
  },
  filter: (node, binder, state, ordered) => {
    if (binder.key !== undefined && !walksEntries(node)) return walkIndexed(node, binder, state);
    const inner: Binder = { value: { ...node.binder.value, name: binder.value.name }, ...keyOf(binder, node.binder) };
    return translateWalk(node.list, inner, state, ordered).flatMap((each) => state.scope.translation.holds(node.body, true, each)).map((each) => rebind(each, inner, binder));
  },
  map: (node, binder, state, ordered) => {
    if (binder.key !== undefined) return walkIndexed(node, binder, state);
    const use = { times: 2, anchors: true };
    return translateWalk(node.list, node.binder, state, ordered).flatMap((each) =>
      state.scope.translation.bindConst(binder.value, node.body, use, each).flatMap((bound) => isPresentIn(variable({ ...binder.value, type: node.body.type }, node.span), bound)),
    );
  },
  "flat-map": (node, binder, state, ordered) => {
    if (binder.key !== undefined) return walkIndexed(node, binder, state);
    return translateWalk(node.list, node.binder, state, ordered).flatMap((each) => translateWalk(node.body, binder, each, ordered));
  },
  entries: (node, binder, state) => walkMap(node.object, binder, state),
  values: (node, binder, state) => walkMap(node.object, { value: binder.value, key: { id: -2, name: "key", type: objectType } }, state),
  keys: (node, binder, state) => walkMap(node.object, { key: binder.value, value: { id: -2, name: "value", type: objectType } }, state),
  conditional: (node, binder, state, ordered) => {
    const { holds } = state.scope.translation;
    const then = holds(node.test, true, state).flatMap((each) => translateWalk(node.then, binder, each, ordered));
    return [...then, ...holds(node.test, false, state).flatMap((each) => translateWalk(node.otherwise, binder, each, ordered))];
  },
  coalesce: (node, binder, state, ordered) => {
    const { holds } = state.scope.translation;
    const value = holds(present(node.value), true, state).flatMap((each) => translateWalk(node.value, binder, each, ordered));
    return [...value, ...holds(not(present(node.value)), true, state).flatMap((each) => translateWalk(node.fallback, binder, each, ordered))];
  },
  let: (node, binder, state, ordered) =>
    state.scope.translation.bindConst(node.binding, node.value, { times: 2, anchors: true }, state).flatMap((each) => translateWalk(node.body, binder, each, ordered)),
};

const walksEntries = (list: Expression): boolean => list.kind === "entries" || (list.kind === "filter" && walksEntries(list.list));

const keyOf = (outer: Binder, inner: Binder): { readonly key?: Binding } => {
  const key = inner.key ?? outer.key;
  return key === undefined ? {} : { key: { ...key, name: (outer.key ?? key).name } };
};

const nowhere = { file: "", start: 0, end: 0 };

/** Gives the outer walk's names to what an inner walk has bound. */
function rebind(state: State, inner: Binder, outer: Binder): State {
  let { scope } = state;
  const value = scope.bound(inner.value);
  const key = inner.key === undefined ? undefined : scope.bound(inner.key);
  scope = value === undefined ? scope.alias(outer.value, scope.resolve(variable(inner.value, nowhere))) : scope.bind(outer.value, value);
  if (key !== undefined && outer.key !== undefined) scope = scope.bind(outer.key, key);
  return { ...state, scope };
}

const isPresentIn = (value: Expression, state: State): readonly State[] => (value.type.optional ? state.scope.translation.holds(present(value), true, state) : [state]);

/** A list that Rego can walk itself: a part of the input, a constant, a parameter, the parts of a text. */
function walkReference(list: Expression, binder: Binder, state: State): readonly State[] {
  const term = state.scope.translation.term(list, state.scope);
  const outer = placeOf(list, state.scope);
  const place = outer === undefined ? undefined : (index: string) => indexPlace(outer, index);
  return [walkTerm(term, place, binder, state)];
}

function walkTerm(term: Term, place: ((index: string) => Place) | undefined, binder: Binder, state: State): State {
  const withoutNulls = term.withoutNulls === true;
  const value = state.scope.freeName(binder.value.name);
  const named = state.scope.withName(value);
  const key = named.freeName(binder.key?.name ?? (named.names.has("i") ? (named.names.has("j") ? "k" : "j") : "i"));
  const element = local(value, place?.(key));
  let scope = named.withName(key).bind(binder.value, term.own === true ? { ...element, term: { ...element.term, own: true } } : element);
  if (binder.key !== undefined) scope = scope.bind(binder.key, withoutNulls ? local(key) : { term: { text: key, refs: [key], nullable: false }, indexOf: term.text });
  return adding({ ...state, scope }, walkLine({ key, value }, term.text, term.refs), ...(withoutNulls ? [] : [presence(value)]));
}

function walkMap(map: Expression, binder: Binder & { readonly key?: Binding }, state: State): readonly State[] {
  const { scope } = state;
  const term = scope.translation.term(map, scope);
  const outer = placeOf(scope.resolve(map), scope);
  const key = scope.freeName(binder.key?.name ?? "key");
  const value = scope.withName(key).freeName(binder.value.name);
  const place = outer === undefined ? undefined : keyPlace(outer, key, scope.package);
  let bound = scope.withName(key).withName(value).bind(binder.value, local(value, place));
  if (binder.key !== undefined) bound = bound.bind(binder.key, local(key));
  return [adding({ ...state, scope: bound }, walkLine({ key, value }, term.text, term.refs), ...(term.withoutNulls === true ? [] : [presence(value)]))];
}

/** A helper's list: from the rule that holds it, where there is one, or from its body. */
function walkCall(call: Call, binder: Binder, state: State, ordered: boolean): readonly State[] {
  const { scope } = state;
  const hoisted = ordered || binder.key !== undefined ? undefined : scope.translation.hoisted(call, scope);
  if (hoisted === undefined) {
    const called = scope.translation.call(call, scope);
    return "kind" in called ? translateWalk(called, binder, state, ordered) : [walkTerm(called, undefined, binder, state)];
  }
  const value = scope.freeName(binder.value.name);
  if (!hoisted.byPath) return [adding({ ...state, scope: scope.withName(value).bind(binder.value, local(value)) }, walkLine({ value }, hoisted.ref, hoisted.refs))];
  const at = scope.withName(value).freeName("at");
  const place: Place = { parts: [{ term: at }], dot: true };
  const bound = scope.withName(value).withName(at).bind(binder.value, local(value, place));
  return [adding({ ...state, scope: bound }, walkLine({ key: at, value }, hoisted.ref, hoisted.refs))];
}

/** `[...x.a, ...x.b]`: one walk over the names of the lists where they are members of one object, otherwise one way for each. */
function walkConcat(node: Concat, binder: Binder, state: State, ordered: boolean): readonly State[] {
  if (binder.key !== undefined) return walkIndexed(node, binder, state);
  const lists = node.lists.map((list) => state.scope.resolve(list));
  const [first] = lists;
  const owner = first?.kind === "member" ? first.object : undefined;
  const names = lists.map((list) => (list.kind === "member" && owner !== undefined && sameReference(list.object, owner, state.scope) ? list.name : undefined));
  if (owner === undefined || names.some((name) => name === undefined)) return lists.flatMap((list) => translateWalk(list, binder, state, ordered));
  const { scope } = state;
  const term = scope.translation.term(owner, scope);
  const outer = placeOf(owner, scope);
  const list = scope.freeName("list");
  const literals = names.map((name) => stringText(name ?? ""));
  const named = adding({ ...state, scope: scope.withName(list) }, walkLine({ value: list }, `[${literals.join(", ")}]`, []));
  const place = outer === undefined ? undefined : (index: string) => indexPlace({ parts: [...outer.parts, ...(outer.dot ? ["."] : []), { term: list }], dot: true }, index);
  return [walkTerm({ text: `${term.text}[${list}]`, refs: [term.text], nullable: true }, place, binder, named)];
}

const sameReference = (left: Expression, right: Expression, scope: Scope): boolean => scope.translation.term(left, scope).text === scope.translation.term(right, scope).text;

/** A list whose index is asked for though it is no part of the input: the elements are gathered first, and counted then. */
function walkIndexed(list: Expression, binder: Binder, state: State): readonly State[] {
  const start: State = { lines: [], scope: state.scope.counting("once") };
  const inner = translateWalk(list, { value: binder.value }, start, true);
  const element = variable(binder.value, list.span);
  const places = inner.map((each) => placeOf(each.scope.resolve(element), each.scope));
  const located = places.every((place) => place !== undefined);
  const heads = inner.map((each, index) => {
    const value = each.scope.translation.term(element, each.scope).text;
    const place = places[index];
    return comprehension(located && place !== undefined ? `{"path": ${pathText(place)}, "value": ${value}}` : value, each.lines);
  });
  const { scope } = state;
  const value = scope.freeName(located ? "entry" : binder.value.name);
  const key = scope.withName(value).freeName(binder.key?.name ?? "i");
  const text = located ? `${value}.value` : value;
  let bound = scope.withName(value).withName(key).bind(binder.value, {
    term: { text, refs: [text], nullable: false },
    ...(located ? { place: { parts: [{ term: `${value}.path` }], dot: true } } : {}),
  });
  // Nothing here is null, so the index of the walk is the position that the language counts.
  if (binder.key !== undefined) bound = bound.bind(binder.key, local(key));
  return [adding({ ...state, scope: bound }, walkLine({ key, value }, joined(heads), []))];
}

