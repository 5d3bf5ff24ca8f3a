import type { Expression } from "../../ir/expressions.ts";
import { keyOf } from "../../ir/identity.ts";
import { kindParts } from "../../kubernetes/scope.ts";
import { isReference } from "../../passes/inline-call.ts";
import { hoisted, inlined } from "./calls.ts";
import { dataOf } from "./data.ts";
import { dataVariable, parameterVariable } from "./parameters.ts";
import { keyPlace, memberPlace } from "./places.ts";
import { rootValue } from "./roots.ts";
import { Refusal, type Scope } from "./scope.ts";
import { textOf, textOperand } from "./texts.ts";
import { transformed } from "./walk.ts";
import { all, atom, binary, call, type Cel, concat, emptyList, index, isAtom, list, method, nothing, one, select, ternary } from "./syntax.ts";
import { numberText, stringLiteral } from "./text.ts";
import { asDyn, dynOptional, granted, known, mayBeAbsent, orEmpty, orNull, type StaticType, unknown, type Value } from "./value.ts";

type Table = { readonly [Kind in Expression["kind"]]: (node: Extract<Expression, { kind: Kind }>, scope: Scope) => Value };

/** The value of an expression. */
export function translateValue(expression: Expression, scope: Scope): Value {
  return (table[expression.kind] as (node: Expression, scope: Scope) => Value)(expression, scope);
}

const truth = (node: Expression, scope: Scope): Value => known(scope.translation.holds(node, scope), "bool");

/** A list whose elements are all there, for what counts, joins or indexes. */
export function wholeList(expression: Expression, scope: Scope): Cel {
  const value = translateValue(expression, scope);
  const { name } = scope.named("item");
  const given = orEmpty(value, emptyList);
  return value.nullElements ? method(given, "filter", atom(name), binary("!=", atom(name), nothing)) : given;
}

const table: Table = {
  literal: ({ value }) => (typeof value === "string" ? known(stringLiteral(value), "string") : typeof value === "boolean" ? known(atom(String(value)), "bool") : known(atom(numberText(value)), Number.isSafeInteger(value) ? "int" : "double")),
  absent: () => ({ ...unknown(nothing), nullElements: false }),
  variable: (node, scope) => scope.bound(node.binding),
  root: (node, scope) => rootValue(node, scope),
  parameter: (node, scope) => parameterVariable(node.name, scope),
  constant: (node, scope) => dataVariable(`constant ${node.module} ${node.name}`, node.name, dataOf(node.value), scope),
  member: (node, scope) => memberOf(translateValue(node.object, scope), node.name, node.type.optional),
  entry: (node, scope) => {
    const object = translateValue(node.object, scope);
    if (isAtom(object.cel, "null")) return object;
    const key = translateValue(node.key, scope).cel;
    return entryOf(object, isOptional(node.key, scope) ? orEmpty(translateValue(node.key, scope), stringLiteral("")) : key);
  },
  element: (node, scope) => {
    const given = translateValue(node.list, scope);
    const at = translateValue(node.index, scope).cel;
    // A text that is split has a first part, even where that is empty.
    if (node.list.kind === "split" && at.kind === "atom" && at.text === "0") return known(index(given.cel, at), "string");
    // Of a list that is worked out CEL knows the type of the elements; the language often does not.
    const type: StaticType = given.type === "dyn" ? "dyn" : node.type.shapes.join() === "string" ? "string" : "map";
    return { cel: { kind: "index", target: wholeList(node.list, scope), index: at, optional: true }, type, optional: true, nullInside: false, nullElements: !given.own, own: given.own };
  },
  record: (node, scope) => {
    const values = node.fields.map(({ value }) => translateValue(value, scope));
    // What is worked out may be of another type to CEL's checker than it is here, and a map's values have to be of one.
    const cels = values.length > 1 && values.some(({ cel }) => cel.kind !== "atom") ? values.map(asDyn) : alike(values);
    return { ...known({ kind: "map", entries: node.fields.map(({ name }, place) => [stringLiteral(name), cels[place] as Cel]) }, "map"), own: true };
  },
  list: (node, scope) => {
    const values = node.items.map((item) => translateValue(item, scope));
    return { ...known(list(...alike(values)), "list"), nullElements: values.some(mayBeAbsent), own: values.every(({ own, type }) => own || type !== "dyn") };
  },
  concat: (node, scope) => {
    const values = node.lists.map((each) => translateValue(each, scope));
    return { ...known(concat(values.map((value) => orEmpty(value, emptyList))), "list"), nullElements: values.some(({ nullElements }) => nullElements), own: values.every(({ own }) => own) };
  },
  filter: (node, scope) => {
    const walk = scope.translation.source(node.list, node.binder, scope);
    const test = all([walk.guard, scope.translation.holds(node.body, walk.scope)]);
    const kept = walk.keyed ? transformed(walk, test, atom(walk.element)) : method(walk.over, "filter", atom(walk.element), test);
    return { ...known(kept, "list"), own: walk.own };
  },
  map: (node, scope) => {
    const walk = scope.translation.source(node.list, node.binder, scope);
    const body = translateValue(node.body, walk.scope);
    return { ...known(transformed(walk, walk.guard, body.optional ? orNull(body) : body.cel), "list"), nullElements: mayBeAbsent(body), own: walk.own };
  },
  "flat-map": (node) => {
    throw new Refusal("a list of lists made into one list, kept as a value", node.span);
  },
  find: (node, scope) => {
    const filtered = translateValue({ ...node, kind: "filter" }, scope);
    return { cel: { kind: "index", target: filtered.cel, index: atom("0"), optional: true }, type: "dyn", optional: true, nullInside: false, nullElements: !filtered.own, own: filtered.own };
  },
  entries: (node) => {
    throw new Refusal("the entries of a map, kept as a value", node.span);
  },
  keys: (node, scope) => {
    const key = scope.fresh("key", node.type);
    const walk = scope.translation.source(node, { value: key }, scope);
    return known(transformed(walk, walk.guard, atom(walk.key)), "list");
  },
  values: (node, scope) => {
    const value = scope.fresh("value", node.type);
    const walk = scope.translation.source(node, { value }, scope);
    return known(transformed(walk, walk.guard, atom(walk.element)), "list");
  },
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
  length: (node, scope) => known(call("size", wholeList(node.list, scope)), "int"),
  join: (node, scope) => known(method(wholeList(node.list, scope), "join", translateValue(node.separator, scope).cel), "string"),
  arithmetic: (node, scope) => {
    const [left, right] = [translateValue(node.left, scope), translateValue(node.right, scope)];
    if (left.type === "int" && right.type === "int") return known(binary(node.operator, left.cel, right.cel), "int");
    return known(binary(node.operator, asDouble(left), asDouble(right)), "double");
  },
  conditional: (node, scope) => {
    const test = scope.translation.holds(node.test, scope);
    const [then, otherwise] = [translateValue(node.then, scope), translateValue(node.otherwise, scope)];
    return either(test, then, otherwise);
  },
  coalesce: (node, scope) => {
    const value = translateValue(node.value, scope);
    const fallback = translateValue(node.fallback, scope);
    if (!mayBeAbsent(value)) return value;
    // Of a value that may be a number as well as a text, the zero would be taken for nothing.
    const isEmpty = node.value.type.shapes.length === 1 && (fallback.cel.kind === "atom" ? ["''", "0", "false"].includes(fallback.cel.text) : (fallback.cel.kind === "list" && fallback.cel.items.length === 0) || (fallback.cel.kind === "map" && fallback.cel.entries.length === 0));
    const shared = { nullElements: value.nullElements || fallback.nullElements, own: value.own && fallback.own, ...(value.place === undefined ? {} : { place: value.place }) };
    if (isEmpty || (value.optional && !value.nullInside && !mayBeAbsent(fallback) && value.type === fallback.type)) return { ...known(orEmpty(value, fallback.cel), value.type), ...shared };
    if (value.optional && !value.nullInside) return { ...known(method(dynOptional(value), "orValue", asDyn(fallback)), "dyn"), nullInside: mayBeAbsent(fallback), ...shared };
    if (isReference(node.value)) return { ...either(binary("!=", orNull(value), nothing), { ...unknown(granted(value.cel)), nullInside: false }, fallback), ...shared };
    const { name } = scope.named("known");
    const first = method(list(asDyn(value), asDyn(fallback)), "filter", atom(name), binary("!=", atom(name), nothing));
    if (mayBeAbsent(fallback)) return { cel: { kind: "index", target: first, index: atom("0"), optional: true }, type: "dyn", optional: true, nullInside: false, ...shared };
    return { ...known(index(first, atom("0")), "dyn"), ...shared };
  },
  let: (node, scope) => {
    const value = hoisted(node.value, node.binding.name, scope);
    if (value !== undefined) return translateValue(node.body, scope.bind(node.binding, value, true));
    const own = translateValue(node.value, scope);
    if (isReference(node.value)) return translateValue(node.body, scope.bind(node.binding, own, scope.isFixed(node.value)));
    const named = scope.named(node.binding.name);
    const body = translateValue(node.body, named.scope.bind(node.binding, inside(own, named.name), false));
    const cel = index(method(one(own.optional ? orNull(own) : own.cel), "map", atom(named.name), body.optional ? orNull(body) : body.cel), atom("0"));
    return { ...body, cel, optional: false, nullInside: mayBeAbsent(body), type: body.optional ? "dyn" : body.type };
  },
  text: (node, scope) => known(textOf(node.parts, scope), "string"),
  split: (node, scope) => known(method(textOperand(node.text, scope), "split", translateValue(node.separator, scope).cel), "list"),
  intrinsic: (node, scope) => {
    if (node.name === "cidrContains") return truth(node, scope);
    const [given] = node.arguments;
    if (given === undefined) throw new Error(`${node.name} lacks its argument`);
    const text = textOperand(given, scope);
    if (node.name === "characters") return known(call("size", text), "int");
    if (node.name === "lowerAscii") return given.kind === "literal" ? known(stringLiteral(String(given.value).replace(/[A-Z]/g, (letter) => letter.toLowerCase())), "string") : known(method(text, "lowerAscii"), "string");
    return known(ternary(method(text, "matches", atom("r'^[+-]?[0-9]+([.][0-9]+)?$'")), call("double", text), atom("0.0")), "double");
  },
  call: (node, scope) => {
    const body = inlined(node, scope);
    return hoisted(body, node.function.name, scope) ?? translateValue(body, scope);
  },
  lookup: (node, scope) => {
    const place = node.namespace === undefined ? undefined : translateValue(node.namespace, scope);
    const cel = scope.settings.lookup?.(node.kindName, place === undefined ? undefined : place.type === "string" ? place.cel : call("string", orNull(place)));
    if (cel === undefined) throw new Refusal(`other objects of the kind ${node.kindName}`, node.span);
    // Asking takes a request to the API server, so that what is the same for all of the object is asked once.
    const list = scope.isFixed(node) ? scope.variables.reference(keyOf(node), place === undefined ? `all${pluralName(node.kindName)}` : `${pluralName(node.kindName).charAt(0).toLowerCase()}${pluralName(node.kindName).slice(1)}`, () => () => cel) : cel;
    return { ...unknown(list), nullInside: false, nullElements: false };
  },
};

/** `NetworkPolicies` for `networking.k8s.io/v1/NetworkPolicy`. */
const pluralName = (kindName: string): string => {
  const { kind } = kindParts(kindName);
  return kind.endsWith("y") ? `${kind.slice(0, -1)}ies` : kind.endsWith("s") ? `${kind}es` : `${kind}s`;
};

const isOptional = (node: Expression, scope: Scope): boolean => translateValue(node, scope).optional === true;

/** The entry of a map under a key. */
function entryOf(object: Value, key: Cel): Value {
  const place = object.place === undefined ? undefined : keyPlace(object.place, key);
  const target = object.optional || !mayBeAbsent(object) ? object.cel : orEmpty(object, { kind: "map", entries: [] });
  return { cel: { kind: "index", target, index: key, optional: true }, type: "dyn", optional: true, nullInside: !object.own, nullElements: !object.own, own: object.own, ...(place === undefined ? {} : { place }) };
}

const memberOf = (object: Value, name: string, optional: boolean): Value => {
  // CEL's checker refuses to look into a written null.
  if (isAtom(object.cel, "null")) return object;
  const place = object.place === undefined ? {} : { place: memberPlace(object.place, name) };
  // A label such as app.kubernetes.io/name is no name that CEL could select.
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return { ...entryOf(object, stringLiteral(name)), ...place };
  if (object.own && !optional && !object.optional) return { ...known(select(object.cel, name), "map"), own: true };
  // Only a word can stand behind a dot: the keys of labels and annotations are none.
  const cel: Cel = /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? { kind: "select", target: object.cel, name, optional: true } : { kind: "index", target: object.cel, index: stringLiteral(name), optional: true };
  return { cel, type: object.own ? "map" : "dyn", optional: true, nullInside: !object.own, nullElements: !object.own, own: object.own, ...place };
};

const asDouble = (value: Value): Cel => (value.type === "double" ? value.cel : value.type === "int" && value.cel.kind === "atom" ? atom(`${value.cel.text}.0`) : call("double", value.optional ? orNull(value) : value.cel));

/** One of two values; where CEL's checker would see two types, as `dyn`. */
function either(test: Cel, then: Value, otherwise: Value): Value {
  const shared = { nullElements: then.nullElements || otherwise.nullElements, own: then.own && otherwise.own };
  if (then.type === otherwise.type && !mayBeAbsent(then) && !mayBeAbsent(otherwise)) return { ...known(ternary(test, then.cel, otherwise.cel), then.type), ...shared };
  return { ...unknown(ternary(test, asDyn(then), asDyn(otherwise))), nullInside: mayBeAbsent(then) || mayBeAbsent(otherwise), ...shared };
}

/** A value under the name that a macro gives it. */
const inside = (value: Value, name: string): Value => ({ ...value, cel: atom(name), optional: false, nullInside: mayBeAbsent(value), type: value.optional ? "dyn" : value.type });

/** The members of a list or map literal, which CEL wants of one type. */
function alike(values: readonly Value[]): readonly Cel[] {
  const types = new Set(values.map((value) => (value.optional || value.nullInside ? "dyn" : value.type)));
  return values.map((value) => (isAtom(value.cel, "null") ? call("dyn", nothing) : types.size > 1 || types.has("dyn") ? asDyn(value) : value.cel));
}
