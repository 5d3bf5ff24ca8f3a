import { not } from "../../ir/construct.ts";
import type { Binding, Expression } from "../../ir/expressions.ts";
import { keyOf } from "../../ir/identity.ts";
import { freeVariables, rewrite } from "../../ir/walk.ts";
import { takeChoice } from "../../passes/choices.ts";
import { foldNode } from "../../passes/fold-constants.ts";
import { block, callText, ruleText } from "./bodies.ts";
import { assignment, finishBody, isImpossible, type Line, mentions, presence } from "./lines.ts";
import { adding, Scope, type State } from "./scope.ts";
import type { Term } from "./term.ts";
import { hasSeveralChoices, isDefaulted } from "./terms.ts";

/** A value that is worked out in a rule of its own, or in a function of the variables that it reads. */
export const helperTerm = (name: string, value: Expression, scope: Scope): Term => ruleTerm("helper", name, value, scope, functionText);

/** Whether a question holds, as a value: for messages, and for functions that are given a boolean. */
export const answerTerm = (question: Expression, scope: Scope): Term => ruleTerm("answer", "outcome", question, scope, answerText);

function ruleTerm(form: "helper" | "answer", name: string, value: Expression, scope: Scope, write: typeof functionText): Term {
  const resolved = withDefinitions(rewrite(scope.resolve(value), foldNode), scope);
  const parameters = freeVariables(resolved);
  const own = new Scope(scope.package, scope.translation);
  const rule = scope.package.rule(`${form} ${keyOf(resolved)}`, name, "helpers", (chosen) => write(chosen, parameters, resolved, own), scope.names);
  const given = parameters.map((parameter) => {
    const bound = scope.bound(parameter);
    if (bound === undefined) throw new Error(`the variable ${parameter.name} (${parameter.id}) is not bound`);
    return bound.term.text;
  });
  const nullable = resolved.type.optional;
  const text = given.length === 0 ? rule : callText(rule, given);
  return { text, refs: [], nullable, ...(nullable ? { nullForAbsent: true } : {}), ...(resolved.kind === "list" ? { withoutNulls: true, own: true } : {}) };
}

/**
 * The expression with the consts that it reads from rules defined again around it: passed as an argument, a rule without a
 * value would leave the whole call undefined.
 */
function withDefinitions(expression: Expression, scope: Scope): Expression {
  for (const binding of freeVariables(expression)) {
    const definition = scope.bound(binding)?.definition;
    if (definition !== undefined) return withDefinitions({ kind: "let", binding, value: definition, body: expression, type: expression.type, span: expression.span }, scope);
  }
  return expression;
}

/** Booleans that are asked: as rules they are true, or undefined. */
const isQuestion = (node: Expression): boolean => ["some", "includes", "equals", "compare", "not", "and", "or", "present", "type-test", "text-test", "matches"].includes(node.kind);

/** A rule or function with the value of an expression over its parameters. */
export function functionText(name: string, parameters: readonly Binding[], body: Expression, empty: Scope): string {
  const { head, names, start } = declaration(name, parameters, empty);
  const folded = rewrite(body, foldNode);
  if (folded.type.shapes.join() === "boolean" && !folded.type.optional && !isTruthTable(folded)) return questionText(head, names, folded, start);
  return chainText(head, names, valueBranches(folded, start), folded.type.optional);
}

function answerText(name: string, parameters: readonly Binding[], question: Expression, empty: Scope): string {
  const { head, names, start } = declaration(name, parameters, empty);
  const ways = start.scope.translation.holds(question, true, start).map(({ lines }) => ({ lines, text: "true" }));
  return chainText(head, names, [...ways, { lines: [], text: "false" }], false);
}

function declaration(name: string, parameters: readonly Binding[], empty: Scope): { readonly head: string; readonly names: readonly string[]; readonly start: State } {
  let scope = empty;
  const names: string[] = [];
  for (const parameter of parameters) {
    const own = scope.freeName(parameter.name);
    names.push(own);
    scope = scope.withName(own).bind(parameter, { term: { text: own, refs: [own], nullable: parameter.type.optional, ...(parameter.type.optional ? { nullForAbsent: true } : {}) } });
  }
  const head = `${name}${names.length === 0 ? "" : `(${names.join(", ")})`}`;
  return { head, names, start: { lines: [], scope } };
}

/** `true` in one case and `false` in the other: written as a value, since somebody compares it. */
const isTruthTable = (node: Expression): boolean => node.kind === "conditional" && node.then.kind === "literal" && node.otherwise.kind === "literal";

function questionText(head: string, names: readonly string[], body: Expression, start: State): string {
  const ways = start.scope.translation.holds(body, true, start);
  const texts = [...new Set(ways.map((way) => withUnusedParameters(ruleText(head, finishBody(way.lines, [])), names)))];
  // A question that nothing can answer with yes: a rule must have a body all the same.
  return texts.length === 0 ? withUnusedParameters(ruleText(head, ["false"]), names) : texts.join("\n\n");
}

/** A branch of a value: tried in order, the first whose lines hold gives the value. */
interface Branch {
  readonly lines: readonly Line[];
  readonly text: string;
}

/** The branches of a value. The later ones stand only where the earlier do not hold, so they need not say the opposite again. */
function valueBranches(value: Expression, state: State): readonly Branch[] {
  const { translation } = state.scope;
  const node = rewrite(state.scope.resolve(value), foldNode);
  switch (node.kind) {
    case "absent":
      return [];
    case "conditional": {
      const then = translation.holds(node.test, true, state).flatMap((each) => valueBranches(node.then, each));
      // Where the first value may be absent, its branch can fail though the test holds: the other must not step in.
      const starts = node.then.type.optional || node.then.kind === "absent" ? translation.holds(node.test, false, state) : [state];
      return [...then, ...starts.flatMap((each) => valueBranches(node.otherwise, each))];
    }
    case "coalesce": {
      if (isDefaulted(node, state.scope)) break;
      const first = valueBranches({ ...node.value, type: { ...node.value.type, optional: true } }, state);
      return [...first, ...valueBranches(node.fallback, state)];
    }
    case "let":
      return translation.bindConst(node.binding, node.value, { times: 2, anchors: false }, state).flatMap((each) => valueBranches(node.body, each));
  }
  const choice = hasSeveralChoices(node, state.scope) ? undefined : takeChoice(node, (each) => isDefaulted(each, state.scope));
  if (choice?.kind === "let") return valueBranches({ ...choice, type: node.type, span: node.span }, state);
  if (choice !== undefined) return valueBranches({ kind: "conditional", test: choice.test, then: choice.whenTrue, otherwise: choice.whenFalse, type: node.type, span: node.span }, state);
  if (node.type.shapes.join() === "boolean" && isQuestion(node)) {
    return [...translation.holds(node, true, state).map((each) => ({ lines: each.lines, text: "true" })), ...translation.holds(not(node), true, state).map((each) => ({ lines: each.lines, text: "false" }))];
  }
  const term = translation.term(node, state.scope);
  if (!term.nullable || !node.type.optional) return [{ lines: state.lines, text: term.text }];
  if (!term.text.includes("(")) return [{ lines: adding(state, presence(term.text)).lines, text: term.text }];
  const name = state.scope.freeName("value");
  return [{ lines: adding(state, assignment(name, term.text, term.refs), presence(name)).lines, text: name }];
}

function chainText(head: string, names: readonly string[], branches: readonly Branch[], optional: boolean): string {
  const possible = branches.filter(({ lines }) => !isImpossible(lines));
  let text = "";
  // A value that may be absent is null then: a rule without a value could not be asked for the opposite.
  const all = optional ? [...possible, { lines: [], text: "null" }] : possible;
  for (const [index, { lines, text: value }] of all.entries()) {
    const body = finishBody(lines, [value]);
    const start = index === 0 ? head : " else";
    const gives = value === "true" && body.length > 0 ? start : `${start} := ${value}`;
    text += body.length === 0 ? gives : `${gives} if ${block(body)}`;
    if (body.length === 0) break;
  }
  return withUnusedParameters(text, names);
}

/** Rego's strict mode wants parameters that nothing reads to be called `_`. */
function withUnusedParameters(text: string, names: readonly string[]): string {
  return names.reduce((done, name) => (mentions(done.slice(done.indexOf(")")), name) ? done : done.replace(new RegExp(`(?<![\\w.])${name}(?![\\w])`), "_")), text);
}

