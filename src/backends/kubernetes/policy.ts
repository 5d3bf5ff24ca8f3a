import type { CompiledControl } from "../backend.ts";
import type { ControlExpressions } from "../cel/control-expressions.ts";
import { messageExpression } from "../cel/message-expression.ts";
import type { Stage } from "../rollout.ts";
import { annotationsOf } from "../annotations.ts";
import { changeCondition, resourceRules } from "../admission/match-rules.ts";

const actions: Readonly<Record<Stage, readonly string[]>> = { enforce: ["Deny"], warn: ["Warn", "Audit"], audit: ["Audit"] };

const apiVersion = "admissionregistration.k8s.io/v1";

/** The name of a control's policy and of its binding. */
export const policyName = (id: string): string => `${id}.portcullis.dev`;

/** The ValidatingAdmissionPolicy of a control, with its keys in the order in which they are read. */
export function policyOf(compiled: CompiledControl, expressions: ControlExpressions): Readonly<Record<string, unknown>> {
  const { check, control, id } = compiled;
  const condition = changeCondition(check);
  return {
    apiVersion,
    kind: "ValidatingAdmissionPolicy",
    metadata: { name: policyName(id), annotations: annotationsOf(compiled) },
    spec: {
      failurePolicy: "Fail",
      matchConstraints: { matchPolicy: "Equivalent", resourceRules: resourceRules(check.match) },
      ...(condition === undefined ? {} : { matchConditions: [condition] }),
      variables: expressions.variables,
      validations: [{ expression: `size(${expressions.violations}) == 0`, message: control.title, messageExpression: messageExpression(expressions), reason: "Invalid" }],
    },
  };
}

/** What puts a control's policy in force. */
export function bindingOf(id: string, stage: Stage): Readonly<Record<string, unknown>> {
  return {
    apiVersion,
    kind: "ValidatingAdmissionPolicyBinding",
    metadata: { name: policyName(id), annotations: { "portcullis.dev/control": id } },
    spec: { policyName: policyName(id), validationActions: actions[stage] },
  };
}
