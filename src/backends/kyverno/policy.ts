import { changeCondition, judgesChanges, resourceRules } from "../admission/match-rules.ts";
import type { CompiledControl } from "../backend.ts";
import type { ControlExpressions } from "../cel/control-expressions.ts";
import { messageExpression } from "../cel/message-expression.ts";
import { kyvernoAnnotations } from "../kyverno-annotations.ts";
import type { Stage } from "../rollout.ts";
import type { PlacedPolicy } from "./placed-policies.ts";

/** Of these Kyverno itself heeds Deny and Warn; its reports hold what every policy finds. */
const actions: Readonly<Record<Stage, readonly string[]>> = { enforce: ["Deny"], warn: ["Warn", "Audit"], audit: ["Audit"] };

/** What a check may read that no scan of running objects knows: Kyverno tells it of a creation by nobody. */
const requestParts: ReadonlySet<string> = new Set(["oldObject", "operation", "user"]);

/** The oldest Kyverno that is still mended, and whose schemas the policies are held to. Their verdicts are tested in 1.19. */
export const oldestVersion = "1.18";

/** The ValidatingPolicy of a control in one placement, with its keys in the order in which they are read. */
export function policyOf(compiled: CompiledControl, expressions: ControlExpressions, { conditions, name, stage }: PlacedPolicy, kubernetesMinor: number): Readonly<Record<string, unknown>> {
  const { check, control } = compiled;
  const changed = changeCondition(check);
  const matchConditions = [...conditions, ...(changed === undefined ? [] : [changed])];
  return {
    apiVersion: "policies.kyverno.io/v1",
    kind: "ValidatingPolicy",
    metadata: {
      name,
      annotations: { ...kyvernoAnnotations(compiled), "policies.kyverno.io/minversion": `${oldestVersion}.0`, "kyverno.io/kubernetes-version": `1.${kubernetesMinor}` },
    },
    spec: {
      validationActions: actions[stage],
      failurePolicy: "Fail",
      webhookConfiguration: { timeoutSeconds: 10 },
      evaluation: { admission: { enabled: true }, background: { enabled: !check.capabilities.some((capability) => requestParts.has(capability.name)) } },
      // Each kind with a pod template is matched by itself, and one judge is enough.
      autogen: { podControllers: { controllers: [] }, validatingAdmissionPolicy: { enabled: false } },
      matchConstraints: { matchPolicy: "Equivalent", resourceRules: resourceRules(check.match, judgesChanges(check)) },
      ...(matchConditions.length === 0 ? {} : { matchConditions }),
      variables: expressions.variables,
      // One validation that names every violation: Kyverno tells of the first that fails and of no other.
      validations: [{ expression: expressions.allows, message: control.title, messageExpression: messageExpression(expressions) }],
    },
  };
}
