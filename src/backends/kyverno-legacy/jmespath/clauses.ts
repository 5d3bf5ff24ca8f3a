import type { CheckIr, Clause, Step } from "../../../ir/control.ts";
import type { Binder, Expression } from "../../../ir/expressions.ts";
import { keyOf } from "../../../ir/identity.ts";
import { substitute } from "../../../ir/walk.ts";
import { conjuncts, expand } from "./expand.ts";
import { Beyond, inWalk, type Scope } from "./scope.ts";
import { all, atom, call, compare, emptyList, type Jmes, nothing, orEmptyList } from "./syntax.ts";
import { dataLiteral } from "./text.ts";
import { translateTruth } from "./truths.ts";
import { joined, textOf, translateValue } from "./values.ts";

/** The lists of elements with their paths that clauses walk, each worked out once under a name. */
export class Lists {
  readonly #byKey = new Map<string, { readonly name: string; readonly value: Jmes }>();

  /** The name of a list, made at its first use. */
  reference(key: string, wanted: string, value: () => Jmes): string {
    let known = this.#byKey.get(key);
    if (known === undefined) {
      const taken = new Set([...reserved, ...[...this.#byKey.values()].map(({ name }) => name)]);
      let name = wanted;
      for (let count = 2; taken.has(name); count++) name = `${wanted}${count}`;
      known = { name, value: value() };
      this.#byKey.set(key, known);
    }
    return known.name;
  }

  all(): readonly { readonly name: string; readonly value: Jmes }[] {
    return [...this.#byKey.values()];
  }
}

/** Names of what is worked out beside the lists. */
const reserved = ["pod", "hasPod", "resource"];

/** A walk that a clause makes: what is walked, the scope of what follows, and where the element stands. */
interface Walk {
  readonly over: Jmes;
  readonly scope: Scope;
  readonly element?: { readonly id: number; readonly place: readonly Jmes[] };
  readonly tests: readonly Jmes[];
}

/** The violations of one clause: an expression that yields a list of texts. Paths of pod-bearing kinds start at the pod. */
export function clauseTexts(clause: Clause, check: CheckIr, outer: Scope, lists: Lists): Jmes {
  const values = new Map<number, Expression>();
  const opened = (expression: Expression): Expression => substitute(expand(substitute(expression, values), outer.fresh), values);
  const guards: Jmes[] = [];
  let walk: Walk | undefined;
  for (const step of clause.steps) {
    if (step.kind === "let") values.set(step.binding.id, opened(step.value));
    else if (step.kind === "each") {
      if (walk !== undefined) throw new Beyond("a walk inside a walk", step.span);
      walk = walkOf(step, opened(step.list), outer, lists);
    } else {
      for (const condition of conjuncts(opened(step.condition))) {
        if (walk === undefined || isOutside(condition, outer)) guards.push(translateTruth(condition, outer));
        else walk = { ...walk, tests: [...walk.tests, translateTruth(condition, walk.scope)] };
      }
    }
  }
  const scope = walk?.scope ?? outer;
  const place = [...placeOf(opened(clause.anchor), check, walk), ...clause.path.flatMap((part) => (typeof part === "string" ? memberPieces(part) : computedPieces(opened(part), scope)))];
  const message = opened(clause.message);
  const pieces = [...withoutLeadingDot(place), dataLiteral(": "), ...(message.kind === "text" ? message.parts : [message]).map((part) => textOf(part, scope)), dataLiteral(clause.finding === undefined ? "" : ` (${clause.finding})`)];
  const text = joined(merged(pieces));
  const found: Jmes = walk === undefined ? { kind: "list", items: [text] } : { kind: "project", list: { kind: "filter", list: walk.over, test: all(walk.tests) }, each: text };
  return guards.length === 0 ? found : { kind: "or", operands: [all([...guards, found]), emptyList] };
}

/** Whether a condition asks nothing of the element, so that it may stand before the walk. */
function isOutside(condition: Expression, outer: Scope): boolean {
  try {
    translateTruth(condition, outer);
    return true;
  } catch {
    return false;
  }
}

function walkOf({ list: given, binder }: Extract<Step, { kind: "each" }>, list: Expression, scope: Scope, lists: Lists): Walk {
  const isThere = compare(atom("value"), "!=", nothing);
  if (list.kind === "entries") {
    const inner = inWalk(scope, [[binder.value, atom("value")], ...keyOfBinder(binder, "key")]);
    return { over: call("items", { kind: "or", operands: [translateValue(list.object, scope), atom("`{}`")] }, dataLiteral("key"), dataLiteral("value")), scope: inner, tests: [isThere] };
  }
  if (list.kind !== "concat") {
    const inner = inWalk(scope, [[binder.value, atom("value")], ...keyOfBinder(binder, "index")]);
    return { over: indexed(list, scope), scope: inner, element: { id: binder.value.id, place: indexPieces(list) }, tests: [isThere] };
  }
  if (binder.key !== undefined) throw new Beyond("the index in several lists", list.span);
  const wanted = given.kind === "call" ? given.function.name : `${binder.value.name}s`;
  const name = lists.reference(keyOf(list), wanted, () => ({
    kind: "flatten",
    list: { kind: "list", items: list.lists.map((each): Jmes => ({ kind: "project", list: { kind: "filter", list: indexed(each, scope), test: isThere }, each: { kind: "hash", entries: [["path", joined(merged(withoutLeadingDot(indexPieces(each))))], ["value", atom("value")]] } })) },
  }));
  return { over: atom(name), scope: inWalk(scope, [[binder.value, atom("value")]]), element: { id: binder.value.id, place: [atom("path")] }, tests: [] };
}

const keyOfBinder = ({ key }: Binder, name: string): readonly (readonly [NonNullable<Binder["key"]>, Jmes])[] => (key === undefined ? [] : [[key, atom(name)]]);

/** The elements of a list, each with its index. */
const indexed = (list: Expression, scope: Scope): Jmes => call("items", orEmptyList(translateValue(list, scope)), dataLiteral("index"), dataLiteral("value"));

/** Where the elements of a list stand, read from what `indexed` gives. */
const indexPieces = (list: Expression): readonly Jmes[] => [...placeOf(list, undefined, undefined), dataLiteral("["), call("to_string", atom("index")), dataLiteral("]")];

/** The pieces of a path to a part of the object, or of the element that is walked. */
function placeOf(part: Expression, check: CheckIr | undefined, walk: Walk | undefined): readonly Jmes[] {
  if (part.kind === "root" && (part.name === "pod" || (part.name === "object" && check?.match.form !== "pod-bearing"))) return [];
  if (part.kind === "variable" && walk?.element !== undefined && walk.element.id === part.binding.id) return walk.element.place;
  if (part.kind === "member") return [...placeOf(part.object, check, walk), ...memberPieces(part.name)];
  throw new Beyond("the path of a part that is not walked", part.span);
}

const memberPieces = (name: string): readonly Jmes[] => [dataLiteral(plainName.test(name) ? `.${name}` : `["${name}"]`)];

const plainName = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/** An index, or a key as the path has it: bare where it is a plain name. */
function computedPieces(part: Expression, scope: Scope): readonly Jmes[] {
  const value = translateValue(part, scope);
  if (part.type.shapes.join() === "number") return [dataLiteral("["), call("to_string", value), dataLiteral("]")];
  const plain = all([call("regex_match", dataLiteral(plainName.source), value), joined([dataLiteral("."), value])]);
  return [{ kind: "or", operands: [plain, joined([dataLiteral('["'), value, dataLiteral('"]')])] }];
}

function withoutLeadingDot([first, ...rest]: readonly Jmes[]): readonly Jmes[] {
  if (first === undefined) return [];
  return first.kind === "atom" && first.text.startsWith("'.") ? [atom(`'${first.text.slice(2)}`), ...rest] : [first, ...rest];
}

/** Pieces with texts in quotes beside each other made one. */
function merged(pieces: readonly Jmes[]): readonly Jmes[] {
  const out: Jmes[] = [];
  for (const piece of pieces) {
    const last = out.at(-1);
    const isText = (each: Jmes | undefined): each is Extract<Jmes, { kind: "atom" }> => each?.kind === "atom" && each.text.startsWith("'");
    if (isText(piece) && isText(last)) out[out.length - 1] = atom(`${last.text.slice(0, -1)}${piece.text.slice(1)}`);
    else if (!(isText(piece) && piece.text === "''")) out.push(piece);
  }
  return out;
}
