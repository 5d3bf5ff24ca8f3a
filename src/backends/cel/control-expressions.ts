import type { Span } from "../../diagnostics/span.ts";
import { type CheckIr, kindsWithoutPod } from "../../ir/control.ts";
import { fixSettings } from "../../passes/fix-settings.ts";
import { freshBindings } from "../../passes/fresh-bindings.ts";
import { clauseLines, plainClause } from "./clauses.ts";
import { translateCondition } from "./conditions.ts";
import { printCel } from "./print.ts";
import { Refusal, Scope, Variables } from "./scope.ts";
import { type ControlSettings, fixedParameters, type PolicyVariable } from "./settings.ts";
import { translateSource } from "./sources.ts";
import { type Cel, concat, method, ternary } from "./syntax.ts";
import { stringLiteral } from "./text.ts";
import { translateValue } from "./values.ts";
import { allows } from "./verdict.ts";

/**
 * What a target says to a control: for which Kubernetes, and all values of its parameters, which are written into the policy.
 * Those that an engine gives with each request instead are named by `parameterValue`, for example from a Constraint:
 *
 *     parameterValue: (name) => {
 *       const member = `variables.params.${name}`;
 *       return { expression: `variables.params != null && has(${member}) ? ${member} : null`, schema: control.parameters[name].schema };
 *     }
 *
 * What they yield may be null, hold null elements, and have whole numbers as doubles. The target's value stands in for null.
 */
export interface CelSettings extends ControlSettings {
  readonly kubernetesMinor: number;
}

/** A check in CEL. */
export interface ControlExpressions {
  /** The variables of the policy, each after those that it reads. */
  readonly variables: readonly { readonly name: string; readonly expression: string }[];
  /** Whether the object breaks nothing. */
  readonly allows: string;
  /** Reads all violations as one text on one line. */
  readonly message: string;
  /** The same before they were printed, for what is to be worked out of them. */
  readonly syntax: { readonly variables: readonly PolicyVariable[]; readonly allows: Cel; readonly message: Cel };
}

/** Why CEL cannot say a check, and the author's line. */
export interface CelRefusal {
  readonly what: string;
  readonly span: Span;
}

/** The most characters of one expression (cel-go parser/parser.go; no engine sets it otherwise). */
const mostCharacters = 100_000;

/** A check as expressions of CEL. */
export function controlExpressions(given: CheckIr, settings: CelSettings): ControlExpressions | { readonly refusal: CelRefusal } {
  const check = fixSettings(settings.kubernetesMinor, fixedParameters(settings)).run(given);
  const variables = new Variables(settings.variables);
  const scope = new Scope({
    translation: { value: translateValue, holds: translateCondition, source: translateSource },
    variables,
    settings,
    fresh: freshBindings(check),
    withoutPod: kindsWithoutPod(check.match),
  });
  try {
    const isPod = check.match.form === "pod-bearing";
    const clauses = check.clauses.map((clause) => plainClause(clause, isPod, scope));
    const verdict = allows(clauses, scope);
    const compliant = variables.reference("compliant", "compliant", () => () => verdict);
    const lines = clauses.map((clause) => clauseLines(clause, scope));
    const violations = variables.reference("violations", "violations", () => () => concat(lines));
    // The API server works out messages of what it allows as well.
    const whole = method(method(violations, "join", stringLiteral("; ")), "replace", stringLiteral("\n"), stringLiteral(" "));
    const message = variables.reference("message", "message", () => () => ternary(compliant, stringLiteral(""), whole));
    const made = variables.list();
    const printed = made.map(({ name, expression }) => ({ name, expression: printCel(expression) }));
    const [longest = 0] = printed.map(({ expression }) => [...expression].length).sort((left, right) => right - left);
    const [first] = check.clauses;
    if (longest > mostCharacters && first !== undefined) return { refusal: { what: `an expression of ${longest.toLocaleString("en")} characters, where CEL reads ${mostCharacters.toLocaleString("en")}`, span: first.span } };
    return { variables: printed, allows: printCel(compliant), message: printCel(message), syntax: { variables: made, allows: compliant, message } };
  } catch (error) {
    if (error instanceof Refusal) return { refusal: { what: error.what, span: error.span } };
    throw error;
  }
}
