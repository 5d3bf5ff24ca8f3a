import { changeCondition } from "../admission/match-rules.ts";
import type { CompiledControl } from "../backend.ts";
import type { ControlExpressions } from "../cel/control-expressions.ts";
import { messageExpression } from "../cel/message-expression.ts";
import { withoutVariables } from "../kyverno-annotations.ts";
import { celText } from "./cel-text.ts";
import type { RuleBody } from "./policy.ts";

/** A control as one `validate.cel` rule, which Kyverno hands to the API server's own code. */
export function celBody({ check, control }: CompiledControl, expressions: ControlExpressions): RuleBody {
  const condition = changeCondition(check);
  return {
    conditions: condition === undefined ? {} : { celPreconditions: [{ name: condition.name, expression: celText(condition.expression) }] },
    validate: {
      message: withoutVariables(control.title),
      cel: {
        // A ValidatingAdmissionPolicy made of this one would be a second judge under other rules: the backend kubernetes emits a better one.
        generate: false,
        variables: expressions.variables.map(({ name, expression }) => ({ name, expression: celText(expression) })),
        expressions: [{ expression: celText(expressions.allows), messageExpression: celText(messageExpression(expressions)) }],
      },
    },
  };
}
