import { defaultParameters } from "../../plain/judge.ts";
import { changeCondition } from "../admission/match-rules.ts";
import type { CompiledControl } from "../backend.ts";
import { type CelRefusal, controlExpressions } from "../cel/control-expressions.ts";
import { messageExpression } from "../cel/message-expression.ts";

/** The source of a template in CEL, as Gatekeeper reads it: an unknown key would be lost in silence, and `matchCondition` is its own. */
export type CelSource = Readonly<Record<"failurePolicy" | "matchCondition" | "variables" | "validations" | "generateVAP", unknown>>;

/** A control in CEL for a Kubernetes minor. Parameters are read from the constraint; what it leaves unset has the control's default. */
export function celSource({ check, control }: CompiledControl, kubernetesMinor: number, generateVAP: boolean): CelSource | { readonly refusal: CelRefusal } {
  const made = controlExpressions(check, {
    kubernetesMinor,
    parameters: defaultParameters(control),
    parameterValue: (name) => {
      const schema = control.parameters[name]?.schema;
      return schema === undefined ? undefined : { expression: `variables.params == null ? null : variables.params.?${name}.orValue(null)`, schema };
    },
  });
  if ("refusal" in made) return made;
  return {
    failurePolicy: "Fail",
    matchCondition: matchConditions(check),
    variables: made.variables,
    validations: [{ expression: `size(${made.violations}) == 0`, message: control.title, messageExpression: messageExpression(made) }],
    generateVAP,
  };
}

/** Gatekeeper unsets the object of what is deleted, and tests and audits know no old object. */
function matchConditions(check: CompiledControl["check"]): readonly { readonly name: string; readonly expression: string }[] {
  const change = changeCondition(check);
  return [{ name: "not-deleted", expression: "object != null" }, ...(change === undefined ? [] : [{ ...change, expression: `oldObject == null\n|| ${change.expression}` }])];
}
