import type { CheckIr, MatchRule } from "../../ir/control.ts";
import type { Expression } from "../../ir/expressions.ts";
import { children } from "../../ir/walk.ts";
import { componentKinds } from "../../kubernetes/components/names.ts";
import { ruleText } from "./bodies.ts";
import { clauseRules } from "./clause-rules.ts";
import { freeName, snakeCase } from "./names.ts";
import { componentName, constantKey, RegoPackage } from "./rego-package.ts";
import { memberText, stringText } from "./rego-text.ts";
import { translation } from "./translation.ts";

/** The rules of a check, and whether they read the library. `parameters`: the text of the rule that holds them. */
export function controlRules(check: CheckIr, library: RegoPackage, parameters: () => string): { readonly rules: readonly string[]; readonly importsLibrary: boolean } {
  const { dialect } = library;
  const { component, form } = check.match;
  const isPod = form === "pod-bearing";
  const objectName = isPod || form === "component" ? `${dialect.request}.object` : matchName(check);
  const hasMatch = objectName !== `${dialect.request}.object`;
  const owner = new RegoPackage({
    dialect,
    library,
    objectName,
    mayLackComponent: form === "component-or-kinds",
    mayLackPod: form === "pod-bearing-or-kinds",
    parameters,
    sets: onlyAskedForMembership(expressionsOf(check)),
    names: [dialect.violations, "path", "message", ...dialect.names, ...(hasMatch ? [objectName] : []), ...(component === undefined ? [] : [componentName])],
  });
  const gate = isPod ? owner.root("pod").text : form === "component" ? componentName : objectName;
  const violations = check.clauses.flatMap((clause) => clauseRules(clause, owner, translation, gate));
  const rules = [...(component === undefined ? [] : [componentText(component, owner)]), ...(hasMatch ? [matchText(objectName, check.match, dialect.request)] : []), ...owner.texts("facts"), ...(violations.length === 0 ? [`${dialect.violations} := set()`] : new Set(violations)), ...owner.texts("helpers")];
  return { rules, importsLibrary: owner.importsLibrary };
}

/** What the clauses of a check read. */
export function expressionsOf(check: CheckIr): readonly Expression[] {
  return check.clauses.flatMap((clause) => [
    ...clause.steps.map((step) => (step.kind === "each" ? step.list : step.kind === "let" ? step.value : step.condition)),
    clause.anchor,
    clause.message,
    ...clause.path.filter((segment) => typeof segment !== "string"),
  ]);
}

/**
 * What the matched object is called: by the words that its kinds end in, such as `role` for Role and ClusterRole; or `resource`,
 * unless the check says that of something else.
 */
function matchName(check: CheckIr): string {
  const steps = JSON.stringify(check.clauses.map((clause) => clause.steps));
  const isTaken = (name: string): boolean => steps.includes(`"name":"${name}"`);
  const kinds = check.match.kinds.map(({ kind }) => snakeCase(kind).split("_"));
  const common = kinds.reduce((left, right) => left.slice(left.length - sharedEnd(left, right))).join("_");
  return freeName([common, "resource"].find((name) => name !== "" && !isTaken(name)) ?? "judged", () => false);
}

/** How many words two lists have in common at the end. */
function sharedEnd(left: readonly string[], right: readonly string[]): number {
  let shared = 0;
  while (shared < Math.min(left.length, right.length) && left.at(-1 - shared) === right.at(-1 - shared)) shared += 1;
  return shared;
}

function componentText(component: string, owner: RegoPackage): string {
  return `# The component that this control judges, with its flags; null in documents about others.\ndefault ${componentName} := null\n\n${componentName} := ${owner.libraryRule("components")}${memberText(component)}`;
}

/** Documents that say a component's flags are judged where they say those of the control's. */
function matchText(name: string, match: MatchRule, request: string): string {
  const groups = new Map<string, string[]>();
  const says = match.component === undefined ? [] : [`${name} := ${request}.object if ${componentName} != null`];
  const kinds = match.component === undefined ? match.kinds : match.kinds.slice(componentKinds.length);
  for (const { apiVersion, kind } of kinds) groups.set(apiVersion, [...(groups.get(apiVersion) ?? []), stringText(kind)]);
  const rules = [...groups].map(([apiVersion, kinds]) =>
    ruleText(`${name} := ${request}.object`, [`${request}.object.apiVersion == ${stringText(apiVersion)}`, `${request}.object.kind ${kinds.length === 1 ? `== ${kinds[0] ?? ""}` : `in {${kinds.join(", ")}}`}`]),
  );
  return `# The object under review where this control judges its kind, null elsewhere.\ndefault ${name} := null\n\n${[...says, ...rules].join("\n\n")}`;
}

/** Keys of the constants that are never walked, indexed or joined: as sets they answer faster. */
export function onlyAskedForMembership(expressions: readonly Expression[]): ReadonlySet<string> {
  const asked = new Set<string>();
  const other = new Set<string>();
  const seen = new Set<string>();
  const search = (node: Expression, parent?: Expression): void => {
    if (node.kind === "constant") (parent?.kind === "includes" && parent.list === node ? asked : other).add(constantKey(node));
    for (const child of children(node)) search(child, node);
    if (node.kind !== "call" || seen.has(node.function.id)) return;
    seen.add(node.function.id);
    search(node.function.body);
  };
  for (const expression of expressions) search(expression);
  return new Set([...asked].filter((key) => !other.has(key)));
}
