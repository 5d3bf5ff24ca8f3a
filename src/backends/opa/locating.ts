import { not, present, variable } from "../../ir/construct.ts";
import type { Binding, Element, Expression, Find } from "../../ir/expressions.ts";
import { keyOf } from "../../ir/identity.ts";
import { freeVariables } from "../../ir/walk.ts";
import { comprehension, joined } from "./bodies.ts";
import { assignment } from "./lines.ts";
import { keyPlace, memberPlace, pathText, placeOf } from "./places.ts";
import { memberText, stringText } from "./rego-text.ts";
import { adding, type Located, Scope, type State } from "./scope.ts";
import { under } from "./terms.ts";

type Locating = State & { readonly located: Located };

/** The ways to find a part of the object, each with the term that refers to it and the path to where it stands. `name`: what it is. */
export function locate(expression: Expression, state: State, name = "found_part"): readonly Locating[] {
  const node = state.scope.resolve(expression);
  const { scope } = state;
  const { holds, term, call, bindConst } = scope.translation;
  switch (node.kind) {
    case "root":
    case "variable": {
      const place = placeOf(node, scope);
      return [{ ...state, located: { term: term(node, scope), ...(place === undefined ? {} : { place }) } }];
    }
    case "member":
      return locate(node.object, state).map((outer) => ({ ...outer, located: memberOf(outer.located, node.name) }));
    case "entry":
      return locate(node.object, state).map((outer) => {
        const key = term(node.key, outer.scope).text;
        return { ...outer, located: entryOf(outer.located, key, scope) };
      });
    case "conditional": {
      const then = holds(node.test, true, state).flatMap((each) => locate(node.then, each));
      return [...then, ...holds(node.test, false, state).flatMap((each) => locate(node.otherwise, each))];
    }
    case "coalesce": {
      const value = holds(present(node.value), true, state).flatMap((each) => locate(node.value, each));
      return [...value, ...holds(not(present(node.value)), true, state).flatMap((each) => locate(node.fallback, each))];
    }
    case "let":
      return bindConst(node.binding, node.value, { times: 2, anchors: true }, state).flatMap((each) => locate(node.body, each));
    case "call": {
      const called = call(node, scope);
      return "kind" in called ? locate(called, state, name) : [{ ...state, located: { term: called } }];
    }
    case "find":
    case "element":
      return locateElement(node, state, name);
    case "absent":
      return [];
    default:
      throw new Error(`a path cannot start from ${node.kind}`);
  }
}

/** A member of a part of the object. */
export function memberOf(outer: Located, name: string): Located {
  return { term: under(outer.term, memberText(name), stringText(name)), ...(outer.place === undefined ? {} : { place: memberPlace(outer.place, name) }) };
}

/** An entry of a map that is a part of the object. */
export function entryOf(outer: Located, key: string, scope: Scope): Located {
  return { term: under(outer.term, `[${key}]`, key), ...(outer.place === undefined ? {} : { place: keyPlace(outer.place, key, scope.package) }) };
}

/**
 * One element of a list, with the path of where it stands in the object: found by a rule under the author's name, or in the
 * body itself where the path depends on what the body has bound.
 */
function locateElement(node: Element | Find, state: State, name: string): readonly Locating[] {
  const { scope } = state;
  const parameters = freeVariables(node);
  const own = scope.freeName("found");
  const rule = parameters.some((parameter) => scope.bound(parameter)?.place !== undefined || scope.bound(parameter)?.definition !== undefined) ? undefined : foundBy(node, parameters, name, scope.withName(own));
  const text = rule ?? recordsText(node, scope);
  const located: Located = { term: { text: `${own}.value`, refs: [`${own}.value`], nullable: false }, place: { parts: [{ term: `${own}.path` }], dot: true } };
  return [{ ...adding({ ...state, scope: scope.withName(own) }, assignment(own, text, [])), located }];
}

function foundBy(node: Element | Find, parameters: readonly Binding[], name: string, scope: Scope): string {
  const write = (chosen: string): string => {
    let inner = new Scope(scope.package, scope.translation);
    const names = parameters.map((parameter) => {
      const own = inner.freeName(parameter.name);
      inner = inner.withName(own).bind(parameter, { term: { text: own, refs: [own], nullable: false } });
      return own;
    });
    return `${chosen}${names.length === 0 ? "" : `(${names.join(", ")})`} := ${recordsText(node, inner)}`;
  };
  const rule = scope.package.rule(`found ${keyOf(node)}`, name, "helpers", write, scope.names);
  const given = parameters.map((parameter) => scope.translation.term(variable(parameter, node.span), scope).text);
  return given.length === 0 ? rule : `${rule}(${given.join(", ")})`;
}

function recordsText(node: Element | Find, scope: Scope): string {
  const { walk, holds, term } = scope.translation;
  const item = node.kind === "find" ? node.binder.value : { id: -3, name: "item", type: node.type };
  // Of several equal solutions the first is as good as any other: only an index counts them.
  const start: State = { lines: [], scope: scope.counting(node.kind === "find" ? "single" : "once") };
  const inner = walk(node.list, { value: item }, start, true).flatMap((each) => (node.kind === "find" ? holds(node.body, true, each) : [each]));
  const heads = inner.map((each) => {
    const element = variable(item, node.span);
    const place = placeOf(each.scope.resolve(element), each.scope);
    if (place === undefined) throw new Error(`a path cannot start from an element of ${node.list.kind}`);
    return comprehension(`{"path": ${pathText(place)}, "value": ${term(element, each.scope).text}}`, each.lines);
  });
  return `${joined(heads)}[${node.kind === "find" ? "0" : term(node.index, scope).text}]`;
}
