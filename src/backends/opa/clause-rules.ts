import type { Clause, Step } from "../../ir/control.ts";
import type { Expression } from "../../ir/expressions.ts";
import { usesOf } from "../../ir/walk.ts";
import { takeChoice } from "../../passes/choices.ts";
import { callText, ruleText } from "./bodies.ts";
import { assignment, finishBody, implies, type Line, line, presence } from "./lines.ts";
import { entryOf, locate, memberOf } from "./locating.ts";
import { indexPlace, pathText } from "./places.ts";
import { stringText } from "./rego-text.ts";
import type { RegoPackage } from "./rego-package.ts";
import { adding, type Located, type Place, Scope, type State, type Translation } from "./scope.ts";
import { hasSeveralChoices, isDefaulted, neverMissing, textOf, under } from "./terms.ts";

/** More ways than this to break a rule are too many to write out: alternatives become rules of their own then. */
const mostWays = 4;

/** A violation of a clause in one of its ways: the body, the path and the message. */
interface Way {
  readonly state: State;
  readonly path: string;
  readonly message: string;
}

/** The `violation` rules of a clause. `gate` must be present for every one of them. */
export function clauseRules(clause: Clause, owner: RegoPackage, translation: Translation, gate: string): readonly string[] {
  const ways = waysOf(clause, new Scope(owner, translation));
  const kept = ways.length <= mostWays ? ways : waysOf(clause, new Scope(owner, translation, "single"));
  return [...new Set(kept.map((way) => violationRule(clause, way, gate, owner.dialect.violations)))];
}

function waysOf(clause: Clause, scope: Scope): readonly Way[] {
  let states: readonly State[] = [{ lines: [], scope }];
  for (const [index, step] of clause.steps.entries()) states = states.flatMap((state) => stepStates(step, clause, index, state));
  return states.flatMap((state) => settled(clause.message, state)).flatMap(({ state, value }) =>
    locate(clause.anchor, state).map((located): Way => {
      if (located.located.place === undefined) throw new Error(`the violation at ${clause.span.file}:${clause.span.start} does not start from a part of the object`);
      const end = { lines: located.lines, scope: located.scope };
      return { state: end, path: wholePath(located.located, clause, end.scope), message: textOf(value, end.scope) };
    }),
  );
}

function stepStates(step: Step, clause: Clause, index: number, state: State): readonly State[] {
  const { walk, holds, bindConst } = state.scope.translation;
  if (step.kind === "each") return walk(step.list, step.binder, state);
  if (step.kind === "when") return isExemption(step.condition) ? [exempted(step.condition.operand, state)] : holds(step.condition, true, state);
  const readers = [...clause.steps.slice(index + 1).map((later) => (later.kind === "each" ? later.list : later.kind === "let" ? later.value : later.condition)), clause.anchor, clause.message, ...clause.path.filter((segment) => typeof segment !== "string")];
  const times = readers.reduce((sum, reader) => sum + usesOf(step.binding.id, reader), 0);
  return bindConst(step.binding, step.value, { times, anchors: usesOf(step.binding.id, clause.anchor) > 0 || isWalkedFrom(step.binding.id, clause) }, state);
}

/** `if (a && b) continue;` and its like: of the ways to fail, each would be a rule that repeats all the others say. */
function isExemption(condition: Expression): condition is Extract<Expression, { kind: "not" }> {
  return condition.kind === "not" && condition.operand.kind === "and";
}

function exempted(condition: Expression, state: State): State {
  const term = state.scope.translation.helper("exempt", condition, state.scope);
  return adding(state, line(`not ${term.text}`));
}

/** Whether an anchor is an element of a list under the binding. */
function isWalkedFrom(id: number, clause: Clause): boolean {
  const found = new Set([id]);
  for (const step of clause.steps) {
    const source = step.kind === "each" ? step.list : step.kind === "let" ? step.value : undefined;
    if (source === undefined || ![...found].some((each) => usesOf(each, source) > 0)) continue;
    found.add(step.kind === "each" ? step.binder.value.id : step.kind === "let" ? step.binding.id : id);
  }
  return [...found].some((each) => usesOf(each, clause.anchor) > 0);
}

/** The ways of a message that depends on a question. */
function settled(message: Expression, state: State): readonly { readonly state: State; readonly value: Expression }[] {
  const { holds, bindConst } = state.scope.translation;
  const node = state.scope.resolve(message);
  const text: Expression = { kind: "text", parts: node.kind === "text" ? node.parts : [node], type: node.type, span: node.span };
  const choice = hasSeveralChoices(text, state.scope) ? undefined : takeChoice(text, (each) => isDefaulted(each, state.scope));
  if (choice === undefined) return [{ state, value: node }];
  if (choice.kind === "let") return bindConst(choice.binding, choice.value, { times: 2, anchors: false }, state).flatMap((each) => settled(choice.body, each));
  return [...holds(choice.test, true, state).flatMap((each) => settled(choice.whenTrue, each)), ...holds(choice.test, false, state).flatMap((each) => settled(choice.whenFalse, each))];
}

/** The path of a violation; of a flag the text that the library has found. */
function wholePath(start: Located, { path, placed }: Clause, scope: Scope): string {
  const [text] = path;
  return placed === true && text !== undefined && typeof text !== "string" ? scope.translation.term(text, scope).text : pathText(pathUnder(start, path, scope));
}

function pathUnder(start: Located, path: Clause["path"], scope: Scope): Place {
  const end = path.reduce<Located>((part, segment) => {
    if (typeof segment === "string") return memberOf(part, segment);
    const resolved = scope.resolve(segment);
    const text = scope.translation.term(resolved, scope).text;
    return resolved.type.shapes.join() === "number" && part.place !== undefined ? elementOf(part, part.place, resolved, text, scope) : entryOf(part, text, scope);
  }, start);
  if (end.place === undefined) throw new Error("a part of the object lost its place");
  return end.place;
}

/** The element at a position, or at the index of a walk over that very list. */
function elementOf(list: Located, place: Place, position: Expression, text: string, scope: Scope): Located {
  const bound = position.kind === "variable" ? scope.bound(position.binding) : undefined;
  const index = bound?.indexOf === list.term.text ? bound.term.text : callText(scope.package.libraryRule("index_at"), [neverMissing(list.term, scope, "[]") ?? list.term.text, text]);
  return { term: under(list.term, `[${index}]`, index), place: indexPlace(place, index) };
}

/** Whether the lines fail for objects that the control does not judge, and before anything is worked out for them. */
function opensGate(lines: readonly Line[], gate: string): boolean {
  const first = lines.findIndex((each) => implies(each, gate));
  return first !== -1 && !lines.slice(0, first).some((each) => each.assigns !== undefined);
}

function violationRule(clause: Clause, { state, path, message }: Way, gate: string, set: string): string {
  const lines: Line[] = opensGate(state.lines, gate) ? [...state.lines] : [{ ...presence(gate), isGate: true }, ...state.lines];
  const fields: string[] = [];
  for (const [name, text] of [["path", path], ["message", message]] as const) {
    const isLiteral = /^"(?:[^"\\]|\\.)*"$/.test(text);
    if (!isLiteral) lines.push(assignment(name, text, []));
    fields.push(`"${name}": ${isLiteral ? text : name}`);
  }
  if (clause.finding !== undefined) fields.push(`"finding": ${stringText(clause.finding)}`);
  const head = `${set} contains {${fields.join(", ")}}`;
  return ruleText(head, finishBody(lines, [head]));
}
