import type { CheckIr } from "../../../ir/control.ts";
import { podBearingKinds } from "../../../kubernetes/pod-bearing.ts";
import { fixSettings } from "../../../passes/fix-settings.ts";
import { freshBindings } from "../../../passes/fresh-bindings.ts";
import { clauseTexts, Lists } from "./clauses.ts";
import { printJmes } from "./print.ts";
import { Beyond, type Scope } from "./scope.ts";
import { all, any, atom, call, compare, emptyList, type Jmes, nothing, orEmptyList } from "./syntax.ts";
import { dataLiteral } from "./text.ts";
import { joined, translateValue } from "./values.ts";

/** Variables of a rule's context, each after those that it reads. `violations` is a list of texts, `message` all of them on one line. */
export type JmesVariables = readonly { readonly name: string; readonly expression: string }[];

/** A check as variables of JMESPath, or what keeps it from being said in JMESPath. */
export function jmesVariables(given: CheckIr, settings: { readonly kubernetesMinor: number; readonly parameters: Readonly<Record<string, unknown>> }): JmesVariables | { readonly beyond: string } {
  const check = fixSettings(settings.kubernetesMinor, settings.parameters).run(given);
  if (check.match.form === "pod-bearing-or-kinds") return { beyond: "what is a pod in some objects and absent in others" };
  const lists = new Lists();
  const isPod = check.match.form === "pod-bearing";
  const scope: Scope = { depth: 0, root: isPod ? "pod" : "object", parameters: settings.parameters, bound: new Map(), value: translateValue, fresh: freshBindings(check) };
  try {
    const texts = check.clauses.map((clause) => clauseTexts(clause, check, scope, lists));
    const variables: [string, Jmes][] = [...(isPod ? [["podPath", podPath] as [string, Jmes]] : []), ["violations", violationsOf(texts, isPod, lists)], ["message", messageOf(isPod)]];
    return variables.map(([name, value]) => ({ name, expression: printJmes(value) }));
  } catch (error) {
    if (error instanceof Beyond) return { beyond: error.what };
    throw error;
  }
}

/**
 * All violations in one expression. What it reads of the object is no variable of its own: Kyverno counts the size of what is
 * loaded against one limit for all policies of a request. Kyverno's numbers are not those of JMESPath's literals (int64, not
 * float64), and equal none of them, before they have been read from JSON.
 */
function violationsOf(texts: readonly Jmes[], isPod: boolean, lists: Lists): Jmes {
  const [only] = texts;
  if (only === undefined) return emptyList;
  const name = isPod ? "pod" : "resource";
  const read = call("parse_json", call("to_string", isPod ? podValue : atom("request.object")));
  const walked = lists.all().map(({ name: list, value }) => [list, value] as const);
  const found: Jmes = texts.length > 1 ? { kind: "flatten", list: { kind: "list", items: texts } } : only;
  const there = isPod ? [["hasPod", podIsThere] as const] : [];
  return {
    kind: "pipe",
    stages: [
      { kind: "hash", entries: [[name, read], ...there] },
      ...(walked.length === 0 ? [] : [{ kind: "hash", entries: [[name, atom(name)], ...there.map(([key]) => [key, atom(key)] as const), ...walked] } as const]),
      isPod ? orEmptyList(all([atom("hasPod"), found])) : found,
    ],
  };
}

const requestObject = (path: readonly string[]): Jmes => path.reduce<Jmes>((target, name) => ({ kind: "member", target, name }), atom("request.object"));

/** For each place of the pod, whether the object is of a kind with the pod there; the place of most kinds comes last. */
const places = (() => {
  const kinds = new Map<string, { readonly path: readonly string[]; readonly names: string[] }>();
  for (const { kind, podPath: path } of podBearingKinds) {
    const group = kinds.get(path.join(".")) ?? { path, names: [] };
    kinds.set(path.join("."), group);
    group.names.push(kind);
  }
  const [most, ...others] = [...kinds.values()].sort((left, right) => right.names.length - left.names.length);
  if (most === undefined) throw new Error("no kind holds a pod");
  const isOf = (names: readonly string[]): Jmes => any(names.map((name) => compare(atom("request.object.kind"), "==", dataLiteral(name))));
  const isOther = all(others.flatMap(({ names }) => names.map((name) => compare(atom("request.object.kind"), "!=", dataLiteral(name)))));
  return [...others.map(({ path, names }) => ({ path, isHere: isOf(names) })), { path: most.path, isHere: isOther }];
})();

/** The pod in the object; an empty one where there is none. */
const podValue = any([...places.map(({ path, isHere }) => all([isHere, requestObject(path)])), atom("`{}`")]);

/** Whether there is a pod: a controller without a template has none that could lack anything. */
const podIsThere = any(places.map(({ path, isHere }) => all([isHere, compare(requestObject(path), "!=", nothing)])));

const podPath = any([...places.filter(({ path }) => path.length > 0).map(({ path, isHere }) => all([isHere, dataLiteral(`${path.join(".")}.`)])), dataLiteral("")]);

/** All violations as one text on one line, with the pod's path before each, and as long as CEL's at most. Walks cannot reach that path. */
function messageOf(isPod: boolean): Jmes {
  const separator = isPod ? joined([dataLiteral("; "), atom("podPath")]) : dataLiteral("; ");
  const texts = call("join", separator, atom("violations"));
  const oneLine = call("replace_all", isPod ? joined([atom("podPath"), texts]) : texts, dataLiteral("\n"), dataLiteral(" "));
  return call("truncate", oneLine, atom("`5120`"));
}

/** The condition under which an update changes one of the parts of the pod that are named; true for what is no update. */
export function changedCondition(parts: readonly (readonly string[])[]): string {
  const part = (root: "object" | "oldObject", path: readonly string[]): Jmes => path.reduce<Jmes>((target, name) => ({ kind: "member", target, name }), atom(`request.${root}`));
  const changed = places.map(({ path, isHere }) => all([isHere, any(parts.map((each) => compare(part("object", [...path, ...each]), "!=", part("oldObject", [...path, ...each]))))]));
  return printJmes(any([compare(atom("request.operation"), "!=", dataLiteral("UPDATE")), ...changed]));
}
