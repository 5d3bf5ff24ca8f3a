import { annotationsOf } from "../annotations.ts";
import { changeCondition, judgesChanges, resourceRules } from "../admission/match-rules.ts";
import type { CompiledControl } from "../backend.ts";
import type { ControlExpressions } from "../cel/control-expressions.ts";
import { printCel } from "../cel/print.ts";
import { any } from "../cel/syntax.ts";
import { type Exemption, exemptionText, type Stage } from "../rollout.ts";
import { type BoundPolicy, type PlacedBinding, policyName } from "./bound-policies.ts";
import type { ConfigMapParameters } from "./config-map.ts";

const actions: Readonly<Record<Stage, readonly string[]>> = { enforce: ["Deny"], warn: ["Warn", "Audit"], audit: ["Audit"] };

const apiVersion = "admissionregistration.k8s.io/v1";

/** A ValidatingAdmissionPolicy of a control, with its keys in the order in which they are read. */
export function policyOf(compiled: CompiledControl, expressions: ControlExpressions, { name, conditions }: Pick<BoundPolicy, "name" | "conditions"> = { name: policyName(compiled.id), conditions: [] }, given?: ConfigMapParameters): Readonly<Record<string, unknown>> {
  const { check, control } = compiled;
  const condition = changeCondition(check);
  const matchConditions = [...conditions, ...(condition === undefined ? [] : [condition])];
  return {
    apiVersion,
    kind: "ValidatingAdmissionPolicy",
    metadata: { name, annotations: annotationsOf(compiled) },
    spec: {
      failurePolicy: "Fail",
      ...(given === undefined ? {} : { paramKind: given.paramKind }),
      matchConstraints: { matchPolicy: "Equivalent", resourceRules: resourceRules(check.match, judgesChanges(check)) },
      ...(matchConditions.length === 0 ? {} : { matchConditions }),
      variables: expressions.variables,
      validations: [
        ...(given === undefined ? [] : [given.validation]),
        { expression: given === undefined ? expressions.allows : printCel(any([given.isFaulty, expressions.syntax.allows])), message: control.title, messageExpression: messageExpression(expressions), reason: "Invalid" },
      ],
    },
  };
}

/** The API server drops a message of more than 5 KiB; a character has at most four bytes. */
function messageExpression({ message }: ControlExpressions): string {
  return `size(bytes(${message})) <= 5120 ? ${message} : ${message}.substring(0, 1270) + ' …'`;
}

/** What puts a control's policy in force in one placement. */
export function bindingOf(id: string, policy: string, { matchResources, name, stage }: PlacedBinding, exemptions: readonly Exemption[], given?: ConfigMapParameters): Readonly<Record<string, unknown>> {
  return {
    apiVersion,
    kind: "ValidatingAdmissionPolicyBinding",
    metadata: { name, annotations: { "portcullis.dev/control": id, ...Object.fromEntries(exemptions.map((exemption, index) => [`portcullis.dev/exemption-${index + 1}`, exemptionText(exemption)])) } },
    spec: { policyName: policy, ...(given === undefined ? {} : { paramRef: given.paramRef }), validationActions: actions[stage], ...(matchResources === undefined ? {} : { matchResources }) },
  };
}
