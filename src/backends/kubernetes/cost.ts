import type { ControlExpressions } from "../cel/control-expressions.ts";
import { messageOf, type PolicyCost, policyCost } from "../cel/cost/policy-cost.ts";
import { any } from "../cel/syntax.ts";
import type { ConfigMapParameters } from "./config-map.ts";

/**
 * What the API server grants: for one expression, and for all of a policy and a binding (k8s.io/apiserver pkg/apis/cel/config.go).
 * Beyond them the evaluation ends in an error, which `failurePolicy: Fail` turns into a refusal.
 */
export const limits: PolicyCost = { expression: 1_000_000, policy: 10_000_000 };

/** What a control's policy costs by the size of the request (see `policyCost`), with the values that the target gives. */
export function costOf({ syntax }: ControlExpressions, text: number, given?: ConfigMapParameters): (elements: number) => PolicyCost {
  const { allows: verdict, message, variables } = syntax;
  const own = given === undefined ? { validations: [verdict], messages: [messageOf(message)] } : { validations: [given.syntax.holds, any([given.isFaulty, verdict])], messages: [given.syntax.message, messageOf(message)] };
  const data = given?.manifest["data"];
  return policyCost({ variables, ...own, ...(data === undefined ? {} : { params: { data }, given: { configMap: data } }) }, text);
}
