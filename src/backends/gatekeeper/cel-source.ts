import { defaultParameters } from "../../plain/judge.ts";
import { changeCondition } from "../admission/match-rules.ts";
import type { CompiledControl } from "../backend.ts";
import { type CelRefusal, controlExpressions } from "../cel/control-expressions.ts";
import { messageOf, type PolicyCost, policyCost } from "../cel/cost/policy-cost.ts";
import { type CostReport, costReport, reportedBounds } from "../cel/cost/report.ts";
import { messageExpression } from "../cel/message-expression.ts";
import { atom, binary, type Cel, method, nothing, select, ternary } from "../cel/syntax.ts";

/** The source of a template in CEL, as Gatekeeper reads it: an unknown key would be lost in silence, and `matchCondition` is its own. */
export type CelSource = Readonly<Record<"failurePolicy" | "matchCondition" | "variables" | "validations" | "generateVAP", unknown>>;

/**
 * What Gatekeeper grants all expressions of a template together (gatekeeper pkg/drivers/k8scel/driver.go). Beyond it the object is
 * denied, with the budget in place of the message.
 */
const limits: PolicyCost = { expression: 1_000_000, policy: 1_000_000 };

/**
 * A control in CEL for a Kubernetes minor, and what it costs with the given values. Parameters are read from the constraint; what it
 * leaves unset has the control's default.
 */
export function celSource({ check, control }: CompiledControl, kubernetesMinor: number, generateVAP: boolean, values: Readonly<Record<string, unknown>>): { readonly cel: CelSource; readonly cost: CostReport } | { readonly refusal: CelRefusal } {
  const made = controlExpressions(check, {
    kubernetesMinor,
    parameters: defaultParameters(control),
    parameterValue: (name) => {
      const schema = control.parameters[name]?.schema;
      return schema === undefined ? undefined : { expression: given(name), schema };
    },
  });
  if ("refusal" in made) return made;
  const { allows, message, variables } = made.syntax;
  const cost = costReport(policyCost({ variables, validations: [allows], messages: [messageOf(message)], params: values }, reportedBounds.text), limits);
  const cel = {
    failurePolicy: "Fail",
    matchCondition: matchConditions(check),
    variables: made.variables,
    validations: [{ expression: made.allows, message: control.title, messageExpression: messageExpression(made) }],
    generateVAP,
  };
  return { cel, cost };
}

/** A parameter as the constraint gives it; null where it does not. */
function given(name: string): Cel {
  const params = select(atom("variables"), "params");
  return ternary(binary("==", params, nothing), nothing, method({ kind: "select", target: params, name, optional: true }, "orValue", nothing));
}

/** Gatekeeper unsets the object of what is deleted, and tests and audits know no old object. */
function matchConditions(check: CompiledControl["check"]): readonly { readonly name: string; readonly expression: string }[] {
  const change = changeCondition(check);
  return [{ name: "not-deleted", expression: "object != null" }, ...(change === undefined ? [] : [{ ...change, expression: `oldObject == null\n|| ${change.expression}` }])];
}
