import type { Span } from "../../diagnostics/span.ts";
import type { Binder, Binding, Expression } from "../../ir/expressions.ts";
import { keyOf, same } from "../../ir/identity.ts";
import { hoisted, inlined } from "./calls.ts";
import { elementPlace, joined, keyPlace, pathPieces, type Place, type Pieces } from "./places.ts";
import { Refusal, type Scope, type Walk } from "./scope.ts";
import { atom, binary, call, type Cel, concat, emptyList, list, method, nothing, select, ternary, yes } from "./syntax.ts";
import { stringLiteral } from "./text.ts";
import { valueText } from "./texts.ts";
import { isThere, known, mayBeAbsent, orEmpty, orNull, type StaticType, unknown, type Value } from "./value.ts";

const emptyMap: Cel = { kind: "map", entries: [] };

/** A list to walk. `located`: a violation starts from the element, so that its path has to be known. */
export function translateSource(given: Expression, binder: Binder, scope: Scope, located = false): Walk {
  const node = given.kind === "call" ? inlined(given, scope) : given;
  if (node.kind === "entries" || node.kind === "keys" || node.kind === "values") return walkMap(node.kind, node.object, binder, scope);
  if (located && !isOneList(node)) return walkEntries(node, given.kind === "call" ? given.function.name : binder.value.name, binder, scope);
  const value = (given.kind === "call" ? hoisted(node, given.function.name, scope) : undefined) ?? scope.translation.value(node, scope);
  return walkList(value, node, binder, scope, located);
}

/** Whether the elements of a list stand in one list of the object. */
const isOneList = (node: Expression): boolean => node.kind === "member" || node.kind === "entry" || node.kind === "element" || node.kind === "variable" || node.kind === "root";

function walkList(value: Value, node: Expression, binder: Binder, scope: Scope, located: boolean): Walk {
  const element = scope.named(binder.value.name);
  const key = element.scope.named(binder.key?.name ?? "i");
  const keyed = binder.key !== undefined || (located && value.place !== undefined);
  const place = located && value.place !== undefined ? { place: elementPlace(value.place, atom(key.name)) } : {};
  const bound: Value = { ...elementOf(value, node, binder.value), cel: atom(element.name), ...place };
  const inner = (keyed ? key.scope : element.scope).bind(binder.value, bound, false);
  return {
    over: orEmpty(value, emptyList),
    element: element.name,
    key: key.name,
    keyed,
    own: value.own,
    scope: binder.key === undefined ? inner : inner.bind(binder.key, known(atom(key.name), "int"), false),
    guard: value.nullElements ? binary("!=", atom(element.name), nothing) : yes,
  };
}

function elementOf(value: Value, node: Expression, binding: Binding): Value {
  const shapes = binding.type.shapes.join();
  const type: StaticType = node.kind === "split" || (value.own && shapes === "string") ? "string" : value.own ? "map" : "dyn";
  return { ...unknown(nothing), type, nullInside: false, nullElements: !value.own, own: value.own };
}

function walkMap(part: "entries" | "keys" | "values", object: Expression, binder: Binder, scope: Scope): Walk {
  const value = scope.translation.value(object, scope);
  const [keyBinding, valueBinding] = part === "keys" ? [binder.value, undefined] : [binder.key, binder.value];
  const key = scope.named(keyBinding?.name ?? "key");
  const element = key.scope.named(valueBinding?.name ?? "value");
  let inner = element.scope;
  const place: { readonly place?: Place } = value.place === undefined ? {} : { place: keyPlace(value.place, atom(key.name)) };
  if (valueBinding !== undefined) inner = inner.bind(valueBinding, { ...unknown(atom(element.name)), nullInside: false, own: value.own, ...place }, false);
  if (keyBinding !== undefined) inner = inner.bind(keyBinding, known(atom(key.name), "string"), false);
  return { over: orEmpty(value, emptyMap), element: element.name, key: key.name, keyed: true, own: value.own, scope: inner, guard: value.own ? yes : binary("!=", atom(element.name), nothing) };
}

/**
 * Several lists of one part of the object, such as a pod's containers, as a walk over each of them under its name: a path is then put together only for
 * what breaks the control. Undefined for lists that are made in another way, and where positions over all of them count.
 */
export function namedLists(given: Expression, binder: Binder, scope: Scope): { readonly names: readonly string[]; readonly name: string; readonly walk: Walk } | undefined {
  const node = given.kind === "call" ? inlined(given, scope) : given;
  const members = node.kind === "concat" && binder.key === undefined ? node.lists.flatMap((each) => (each.kind === "member" ? [each] : [])) : [];
  const [first] = members;
  const names = new Set(members.map(({ name }) => name));
  if (node.kind !== "concat" || first === undefined || names.size < node.lists.length || !members.every(({ object }) => same(object, first.object))) return undefined;
  const { name, scope: inner } = scope.named("listName");
  const parent = scope.translation.value(first.object, inner);
  if (parent.place === undefined) return undefined;
  const { pieces, open } = parent.place;
  const target = parent.optional || !mayBeAbsent(parent) ? parent.cel : orEmpty(parent, emptyMap);
  const each: Value = { ...unknown({ kind: "index", target, index: atom(name), optional: true }, { pieces: [...pieces, open ? "" : ".", atom(name)], open: false }), optional: true };
  return { names: [...names], name, walk: walkList(each, first, binder, inner, true) };
}

/** A list that is made of others, each of its elements with the path to it. */
function walkEntries(node: Expression, wanted: string, binder: Binder, scope: Scope): Walk {
  const key = `entries ${keyOf(node)}`;
  const fixed = scope.isFixed(node);
  const texts = fixed ? scope.variables.textsOf(key) : new Set<string>();
  const shared = node.kind === "list" && !fixed ? sharedPieces(node.items.map((item) => scope.translation.value(item, scope))) : [];
  const build = (): Cel => entriesOf(node, binder.value.name, scope, texts, node.kind !== "list", shared.length);
  // Built once at the first use as well, so that the variables that it reads come before it.
  const over = fixed ? scope.variables.reference(key, wanted, () => (build(), build)) : build();
  const element = scope.named(binder.value.name);
  const position = element.scope.named(binder.key?.name ?? "i");
  const { name } = element;
  const entry = atom(name);
  const bound: Value = {
    ...unknown(select(entry, "value"), { pieces: [...shared, select(entry, "path")], open: false }),
    nullInside: false,
    ...(fixed ? { texts: (member: string) => (member === "path" || member === "value" ? undefined : (texts.add(member), select(entry, member))) } : {}),
  };
  const guard = node.kind === "list" ? binary("!=", select(entry, "value"), nothing) : yes;
  const inner = (binder.key === undefined ? element.scope : position.scope.bind(binder.key, known(atom(position.name), "int"), false)).bind(binder.value, bound, false);
  return { over, element: name, key: position.name, keyed: binder.key !== undefined, own: false, scope: inner, guard };
}

/**
 * What the paths of all parts of a list begin with. The list then holds the ends alone, and whole paths are put together only for
 * what breaks the control. Nothing where that would be text of the policy itself.
 */
function sharedPieces(values: readonly Value[]): Pieces {
  const [first, ...others] = values.map(({ place }) => (place === undefined || place.open ? [] : place.pieces));
  const length = (first ?? []).findIndex((piece, at) => others.some((pieces) => pieces[at] !== piece));
  const shared = first === undefined || others.length === 0 || length < 0 ? [] : first.slice(0, length);
  return shared.some((piece) => typeof piece !== "string") ? shared : [];
}

/**
 * The elements of a list with their paths: `{'path': …, 'value': …}`, and with those members as text that messages name. Of a list
 * of parts the first pieces of each path may be left out.
 */
function entriesOf(node: Expression, called: string, scope: Scope, texts: ReadonlySet<string>, nested = true, without = 0): Cel {
  switch (node.kind) {
    case "concat":
      return concat(node.lists.map((each) => entriesOf(each, called, scope, texts)));
    case "call":
      return entriesOf(inlined(node, scope), called, scope, texts);
    case "conditional":
      return ternary(scope.translation.holds(node.test, scope), entriesOf(node.then, called, scope, texts), entriesOf(node.otherwise, called, scope, texts));
    case "coalesce":
      return ternary(isThere(scope.translation.value(node.value, scope)), entriesOf(node.value, called, scope, texts), entriesOf(node.fallback, called, scope, texts));
    case "filter": {
      const { name, scope: inner } = scope.named(called);
      const { value, key } = node.binder;
      if (key !== undefined) throw new Refusal("a path that starts from a list which is filtered by position", node.span);
      const test = scope.translation.holds(node.body, inner.bind(value, entryValue(atom(name)), false));
      return method(entriesOf(node.list, called, scope, texts), "filter", atom(name), test);
    }
    case "list": {
      const values = node.items.map((item) => scope.translation.value(item, scope));
      const entries = values.map((value) => entryOf(value, node.span, texts, without));
      const { name } = scope.named(called);
      return nested && values.some(mayBeAbsent) ? method(list(...entries), "filter", atom(name), binary("!=", select(atom(name), "value"), nothing)) : list(...entries);
    }
    default: {
      const value = scope.translation.value(node, scope);
      if (value.place === undefined) throw new Refusal("a path that starts from a list which is worked out", node.span);
      const element = scope.named(called);
      const { name: at } = element.scope.named("i");
      const bound: Value = { ...unknown(atom(element.name), elementPlace(value.place, atom(at))), nullInside: false };
      return method(orEmpty(value, emptyList), "transformList", atom(at), atom(element.name), binary("!=", atom(element.name), nothing), entryOf(bound, node.span, texts));
    }
  }
}

/** What an element of a located list holds. */
const entryValue = (entry: Cel): Value => ({ ...unknown(select(entry, "value"), { pieces: [select(entry, "path")], open: false }), nullInside: false });

/** A part of the object with its path, as an element of a located list has them; null where there is none. */
export function locatedPart(node: Expression, called: string, scope: Scope): Cel {
  const none: ReadonlySet<string> = new Set();
  switch (node.kind) {
    case "absent":
      return nothing;
    case "call":
      return locatedPart(inlined(node, scope), called, scope);
    case "find":
      return firstOf(entriesOf({ ...node, kind: "filter" }, called, scope, none), atom("0"));
    case "element":
      return firstOf(entriesOf(node.list, called, scope, none), scope.translation.value(node.index, scope).cel);
    case "conditional":
      return ternary(scope.translation.holds(node.test, scope), locatedPart(node.then, called, scope), locatedPart(node.otherwise, called, scope));
    case "coalesce":
      return ternary(isThere(scope.translation.value(node.value, scope)), locatedPart(node.value, called, scope), locatedPart(node.fallback, called, scope));
    default: {
      const value = scope.translation.value(node, scope);
      if (value.place === undefined) throw new Refusal("a path that starts from a value which is worked out", node.span);
      return entryOf(value, node.span, none);
    }
  }
}

const firstOf = (entries: Cel, at: Cel): Cel => orNull({ ...known({ kind: "index", target: entries, index: at, optional: true }, "map"), optional: true });

function entryOf(value: Value, span: Span, texts: ReadonlySet<string>, without = 0): Cel {
  if (value.place === undefined) throw new Refusal("a path that starts from a value which is worked out", span);
  // CEL wants the values of a map to be of one type.
  const members = [...texts].map((member): readonly [Cel, Cel] => [stringLiteral(member), call("dyn", valueText({ ...unknown({ kind: "select", target: value.cel, name: member, optional: true }), optional: true }))]);
  const given = value.optional ? method(value.cel, "orValue", nothing) : value.cel;
  return { kind: "map", entries: [[stringLiteral("path"), call("dyn", joined(pathPieces(value.place).slice(without)))], ...members, [stringLiteral("value"), given]] };
}
