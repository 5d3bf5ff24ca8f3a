import { variable } from "../../ir/construct.ts";
import type { Binding, Call, Expression, HelperFunction } from "../../ir/expressions.ts";
import { isScalar } from "../../ir/types.ts";
import { freeVariables, rewrite, substitute } from "../../ir/walk.ts";
import { foldNode } from "../../passes/fold-constants.ts";
import { inlineCall } from "../../passes/inline-call.ts";
import { callText, comprehension, joined, ruleText } from "./bodies.ts";
import { functionText } from "./helpers.ts";
import { assignment, finishBody, implies } from "./lines.ts";
import { snakeCase } from "./names.ts";
import { pathText, placeOf } from "./places.ts";
import type { RegoPackage } from "./rego-package.ts";
import { commentText } from "./rego-text.ts";
import { type HoistedList, Scope, type State } from "./scope.ts";
import type { Term } from "./term.ts";
import { neverMissing } from "./terms.ts";

const nowhere = { file: "", start: 0, end: 0 };

let lastId = 1_000_000_000;
/** Bindings for inlined bodies. Their ids are never printed, so it does not matter where the count stands. */
const bind = (name: string, type: Binding["type"]): Binding => ({ id: ++lastId, name, type });

/** The package that a helper function is written in: the library's functions are shared by all controls. */
const homeOf = (helper: HelperFunction, owner: RegoPackage): RegoPackage => (helper.module === "portcullis" && owner.library !== undefined ? owner.library : owner);

const referred = (name: string, home: RegoPackage, owner: RegoPackage): string => (home === owner ? name : owner.inLibrary(name));

/**
 * A call as a term, where the function is written as a Rego function; or the function's body with the arguments in place, where
 * that cannot be: an argument that may be absent would leave the whole call undefined, and a part of the object loses its path.
 */
export function translateCall(call: Call, scope: Scope, write: (argument: Term) => string = ({ text }) => text): Expression | Term {
  const helper = call.function;
  const given = call.arguments.map((argument) => scope.resolve(argument));
  const inlined = (): Expression => rewrite(inlineCall({ ...call, arguments: given }, bind), foldNode);
  if (!isScalar(helper.returns)) return inlined();
  if (given.some((argument) => isAsked(argument) || (argument.type.optional && neverMissing(scope.translation.term(argument, scope), scope) === undefined))) {
    const body = inlined();
    return body.kind === "conditional" || body.kind === "coalesce" || body.kind === "let" ? scope.translation.helper(helper.name, body, scope) : body;
  }
  const home = homeOf(helper, scope.package);
  const roots = new Map<number, Expression>();
  const passed: { readonly parameter: Binding; readonly argument: Expression }[] = [];
  for (const [index, parameter] of helper.parameters.entries()) {
    const argument = given[index];
    if (argument === undefined) throw new Error(`${helper.name} is called with too few arguments`);
    if (argument.kind === "root") roots.set(parameter.id, argument);
    else passed.push({ parameter, argument });
  }
  const body = substitute(helper.body, roots);
  const key = `function ${helper.id} ${helper.parameters.map(({ id }) => { const root = roots.get(id); return root?.kind === "root" ? root.name : "_"; }).join()}`;
  const parameters = passed.map(({ parameter }) => parameter);
  const name = home.rule(key, helper.name, "helpers", (own) => described(helper, functionText(own, parameters, body, new Scope(home, scope.translation))), scope.names);
  const list = passed.map(({ parameter, argument }) => {
    const term = scope.translation.term(argument, scope);
    return (parameter.type.optional ? neverMissing(term, scope) : undefined) ?? write(term);
  });
  const text = list.length === 0 ? referred(name, home, scope.package) : callText(referred(name, home, scope.package), list);
  return { text, refs: [], nullable: helper.returns.optional, ...(helper.returns.optional ? { nullForAbsent: true } : {}) };
}

const isAsked = (argument: Expression): boolean => argument.type.shapes.join() === "boolean" && !["literal", "parameter", "variable", "member", "entry"].includes(argument.kind);

const described = (helper: HelperFunction, text: string): string => (helper.description === undefined ? text : `${commentText(helper.description)}\n${text}`);

/**
 * The rule that holds a helper's list, when all that the list is made of is known without what a body binds. The rule maps the
 * path of each element to the element where the elements are parts of the object.
 */
export function hoistedList(given: Expression, scope: Scope): HoistedList | undefined {
  const call = scope.resolve(given);
  if (call.kind !== "call" || freeVariables(call).length > 0) return undefined;
  const helper = call.function;
  const home = homeOf(helper, scope.package);
  if (!call.arguments.every((argument) => argument.kind === "root" || (argument.kind === "parameter" && home === scope.package))) return undefined;
  const inner = new Scope(home, scope.translation, "single");
  const item: Binding = { id: -4, name: singular(helper.name), type: helper.returns };
  const states = scope.translation.walk(inlineCall(call, bind), { value: item }, { lines: [], scope: inner });
  const byPath = states.every((state) => placeOf(state.scope.resolve(variable(item, call.span)), state.scope) !== undefined);
  const write = (name: string): string => described(helper, byPath ? mapText(name, item, states) : listText(name, item, call, inner));
  const key = `list ${helper.id} ${call.arguments.map((argument) => ("name" in argument ? argument.name : "")).join()}`;
  const name = home.rule(key, helper.name, "helpers", write, scope.names);
  return { ref: referred(name, home, scope.package), byPath, refs: impliedByAll(states, home).map((ref) => inOwn(ref, home, scope.package)) };
}

/** The roots that are present whenever the list has an element. */
function impliedByAll(states: readonly State[], home: RegoPackage): string[] {
  return [home.root("pod").text, home.objectName].filter((ref) => states.every((state) => state.lines.some((each) => implies(each, ref))));
}

const inOwn = (ref: string, home: RegoPackage, owner: RegoPackage): string => (home === owner || ref.startsWith("input.") ? ref : owner.inLibrary(ref));

function mapText(name: string, item: Binding, states: readonly State[]): string {
  const definitions = states.map((state) => {
    const element = state.scope.resolve(variable(item, nowhere));
    const value = state.scope.translation.term(element, state.scope).text;
    const place = placeOf(element, state.scope);
    const at = state.scope.freeName("at");
    const lines = place === undefined ? state.lines : [...state.lines, assignment(at, pathText(place), [])];
    return ruleText(`${name}[${at}] := ${value}`, finishBody(lines, [at, value]));
  });
  return definitions.join("\n\n");
}

function listText(name: string, item: Binding, call: Call, inner: Scope): string {
  const states = inner.translation.walk(inlineCall(call, bind), { value: item }, { lines: [], scope: inner.counting("once") }, true);
  const lists = states.map((state) => comprehension(state.scope.translation.term(variable(item, nowhere), state.scope).text, state.lines));
  return `${name} := ${joined(lists)}`;
}

/** `container` for a list called `allContainers`. */
function singular(name: string): string {
  const last = snakeCase(name).split("_").at(-1) ?? "";
  return last.length > 3 && last.endsWith("s") && !last.endsWith("ss") ? last.slice(0, -1) : "item";
}
