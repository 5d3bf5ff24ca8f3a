import type { Span } from "../../diagnostics/span.ts";
import type { Step } from "../../ir/control.ts";
import { and, literal, or, present, variable } from "../../ir/construct.ts";
import type { Binder, Expression, Some } from "../../ir/expressions.ts";
import { keyOf } from "../../ir/identity.ts";
import { booleanType, objectType } from "../../ir/types.ts";
import { contains, freeVariables, substitute, usesOf } from "../../ir/walk.ts";
import { isReference } from "../../passes/inline-call.ts";
import { hoisted } from "./calls.ts";
import { isDefaulted, type PlainClause } from "./clauses.ts";
import type { Scope } from "./scope.ts";
import { all, any, type Cel, negate } from "./syntax.ts";

/**
 * Whether a check has nothing against an object. The list of violations would say so too, by being empty; but it is put together
 * one walk for each clause, with all that a path needs, and most objects break nothing: this asks each list once, and no more.
 */
export function allows(clauses: readonly PlainClause[], given: Scope): Cel {
  let scope = given;
  const consts = new Map<string, Expression>();
  const questions = clauses.map(({ clause: { span }, needsPod, steps }) => {
    const own = new Map<number, Expression>();
    const walked = new Set<number>();
    const open = steps.flatMap((step): readonly Step[] => {
      if (step.kind === "each") idsOf(step.binder).forEach((id) => walked.add(id));
      if (step.kind !== "let") return [withIn(step, own)];
      const value = substitute(step.value, own);
      if (freeVariables(value).some(({ id }) => walked.has(id))) {
        walked.add(step.binding.id);
        return [{ ...step, value }];
      }
      // The same for the whole request, and for all clauses that work it out: a variable of the policy.
      const made = hoisted(value, step.binding.name, scope);
      if (made === undefined) own.set(step.binding.id, value);
      else {
        const key = keyOf(value);
        const known = consts.get(key) ?? variable(step.binding, step.span);
        if (!consts.has(key)) scope = scope.bind(step.binding, made, true);
        consts.set(key, known);
        own.set(step.binding.id, known);
      }
      return [];
    });
    const question = questionOf(open, span);
    return needsPod ? and([present({ kind: "root", name: "pod", type: objectType, span }), question], span) : question;
  });
  const { conditions, rest } = factored(merged(questions));
  const holds = (question: Expression): Cel => scope.translation.holds(question, scope);
  return any([...conditions.map((condition) => fails(holds(condition))), all(rest.map((question) => fails(holds(question))))]);
}

const withIn = (step: Exclude<Step, { kind: "let" }>, values: ReadonlyMap<number, Expression>): Step => (step.kind === "each" ? { ...step, list: substitute(step.list, values) } : { ...step, condition: substitute(step.condition, values) });

/** That a condition does not hold, with its parts turned about: `all` costs less than the opposite of `exists`, and says what is asked for. */
function fails(cel: Cel): Cel {
  if (cel.kind === "binary" && cel.operator === "&&") return any(cel.operands.map(fails));
  if (cel.kind === "binary" && cel.operator === "||") return all(cel.operands.map(fails));
  if (cel.kind === "call" && cel.name === "exists") return { ...cel, name: "all", arguments: cel.arguments.map((given, place) => (place === cel.arguments.length - 1 ? fails(given) : given)) };
  return negate(cel);
}

/** Whether a clause denies: there is a way through all of its steps. */
function questionOf([step, ...later]: readonly Step[], span: Span): Expression {
  if (step === undefined) return literal(true, span);
  const rest = questionOf(later, span);
  switch (step.kind) {
    case "when":
      return and([step.condition, rest], step.span);
    case "each":
      return someOf({ kind: "some", list: step.list, binder: step.binder, body: rest, type: booleanType, span: step.span });
    case "let": {
      const uses = usesOf(step.binding.id, rest);
      // What is read inside a walk is worked out before it.
      const inPlace = isReference(step.value) || isDefaulted(step.value, uses) || (uses === 1 && !contains(rest, (node) => "binder" in node && usesOf(step.binding.id, node) > 0));
      if (uses === 0 || inPlace) return substitute(rest, new Map([[step.binding.id, step.value]]));
      return { kind: "let", binding: step.binding, value: step.value, body: rest, type: booleanType, span: step.span };
    }
  }
}

const idsOf = ({ key, value }: Binder): readonly number[] => (key === undefined ? [value.id] : [value.id, key.id]);

/** A question about the elements of a list, with those conditions before it that are the same for all of them. */
function someOf(some: Some): Expression {
  const own = new Set(idsOf(some.binder));
  const operands = operandsOf(some.body);
  const isOwn = (operand: Expression): boolean => operand.kind === "literal" || freeVariables(operand).some(({ id }) => own.has(id));
  return and([...operands.filter((operand) => !isOwn(operand)), { ...some, body: and(operands.filter(isOwn), some.span) }], some.span);
}

const operandsOf = (question: Expression): readonly Expression[] => (question.kind === "and" ? question.operands : [question]);

/** What all questions ask, taken out of them. */
function factored(questions: readonly Expression[]): { readonly conditions: readonly Expression[]; readonly rest: readonly Expression[] } {
  const [first, ...others] = questions;
  if (first === undefined) return { conditions: [], rest: [] };
  if (others.length === 0) return { conditions: operandsOf(first).slice(0, -1), rest: operandsOf(first).slice(-1) };
  const keys = others.map((question) => new Set(operandsOf(question).map(keyOf)));
  const conditions = operandsOf(first).filter((operand) => keys.every((each) => each.has(keyOf(operand))));
  const shared = new Set(conditions.map(keyOf));
  return { conditions, rest: questions.map((question) => and(operandsOf(question).filter((operand) => !shared.has(keyOf(operand))), question.span)) };
}

/** Questions of which one at least must hold. Those that walk the same list under the same conditions become one walk. */
function merged(questions: readonly Expression[]): readonly Expression[] {
  const groups = new Map<string, { readonly conditions: readonly Expression[]; readonly walks: Some[] }>();
  const whole: Expression[] = [];
  for (const question of questions) {
    const operands = operandsOf(question);
    const walks = operands.filter((operand) => operand.kind === "some");
    const [walk] = walks;
    if (walk === undefined || walks.length > 1) {
      whole.push(question);
      continue;
    }
    const conditions = operands.filter((operand) => operand !== walk);
    const key = JSON.stringify([conditions.map(keyOf), keyOf(walk.list), walk.binder.key === undefined]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { conditions, walks: [walk] });
    else group.walks.push(walk);
  }
  return [...whole, ...[...groups.values()].map(({ conditions, walks }) => and([...conditions, oneWalk(walks)], walks[0]?.span ?? unreachable()))];
}

/** Walks over the same list as one. */
function oneWalk(walks: readonly Some[]): Expression {
  const [first = unreachable()] = walks;
  const bodies = walks.map(({ binder, body, span }) => {
    const values = new Map<number, Expression>([[binder.value.id, variable(first.binder.value, span)]]);
    if (binder.key !== undefined && first.binder.key !== undefined) values.set(binder.key.id, variable(first.binder.key, span));
    return substitute(body, values);
  });
  return { ...first, body: or(merged(bodies), first.span) };
}

function unreachable(): never {
  throw new Error("a group of walks is never empty");
}
