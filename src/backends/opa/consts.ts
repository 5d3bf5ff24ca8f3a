import type { Binding, Expression } from "../../ir/expressions.ts";
import { isScalar } from "../../ir/types.ts";
import { contains } from "../../ir/walk.ts";
import { isReference } from "../../passes/inline-call.ts";
import { takeChoice } from "../../passes/choices.ts";
import { assignment } from "./lines.ts";
import { locate } from "./locating.ts";
import { isDefaulted } from "./terms.ts";
import { adding, type ConstUse, type Scope, type State } from "./scope.ts";

/** Questions that one line of a body asks. */
const shortQuestions: ReadonlySet<Expression["kind"]> = new Set(["equals", "compare", "present", "type-test", "text-test", "matches", "includes", "call", "member", "entry", "parameter", "variable"]);

/**
 * The ways to give a const its value: written in place where that is as short, assigned in the body, or a rule of its own under
 * the author's name.
 */
export function bindConst(binding: Binding, given: Expression, use: ConstUse, state: State): readonly State[] {
  const { scope } = state;
  const value = scope.resolve(given);
  const inPlace = (): readonly State[] => [{ ...state, scope: scope.alias(binding, value) }];
  const asRule = (): readonly State[] => [{ ...state, scope: scope.bind(binding, { term: scope.translation.helper(binding.name, value, scope), definition: value }) }];
  if (isDataList(value)) return asRule();
  if (isReference(value) || value.type.shapes.join() === "list") return inPlace();
  if (value.type.shapes.join() === "boolean" && !value.type.optional) {
    const inner = value.kind === "not" ? value.operand : value;
    return shortQuestions.has(inner.kind) && takeChoice(inner) === undefined && !contains(inner, (node) => node.kind === "some") ? inPlace() : asRule();
  }
  if (!isScalar(value.type)) {
    if (use.anchors && value.kind === "record") return inPlace();
    if (use.anchors && !isMade(value)) return locate(value, state, binding.name).map((each) => ({ lines: each.lines, scope: each.scope.bind(binding, each.located) }));
    return value.kind === "call" || value.kind === "element" || use.times < 2 ? inPlace() : asRule();
  }
  if (hasChoice(value, scope)) return asRule();
  const term = scope.translation.term(value, scope);
  if (value.type.optional && term.nullForAbsent !== true) return inPlace();
  const name = scope.freeName(binding.name);
  const bound = scope.withName(name).bind(binding, { term: { text: name, refs: [name], nullable: term.nullable, ...(term.nullForAbsent === true ? { nullForAbsent: true } : {}) } });
  return [adding({ ...state, scope: bound }, assignment(name, term.text, term.refs))];
}

/** Whether a value is a record that the check makes, which stands nowhere in the object; its fields may. */
function isMade(value: Expression): boolean {
  switch (value.kind) {
    case "record": return true;
    case "call": return isMade(value.function.body);
    case "let": return isMade(value.body);
    case "conditional": return isMade(value.then) || isMade(value.otherwise);
    case "coalesce": return isMade(value.value) || isMade(value.fallback);
    default: return false;
  }
}

function hasChoice(value: Expression, scope: Scope): boolean {
  if (isDefaulted(value, scope)) return false;
  return ["conditional", "coalesce", "let", "find"].includes(value.kind) || takeChoice(value, (each) => isDefaulted(each, scope)) !== undefined;
}

/** A list of records or the like that a control spells out with its parameters: read better, and walked, as a rule. */
const isDataList = (value: Expression): boolean => value.kind === "list" && value.items.length > 1 && value.items.every(isData);

function isData(value: Expression): boolean {
  if (value.kind === "record") return value.fields.every((field) => isData(field.value));
  return value.kind === "literal" || value.kind === "parameter" || value.kind === "constant" || (value.kind === "list" && value.items.every(isData));
}
