import { changingParts } from "../admission/changing-parts.ts";
import type { CompiledControl } from "../backend.ts";
import { changedCondition, type JmesVariables } from "./jmespath/control-expressions.ts";
import type { RuleBody } from "./policy.ts";

/**
 * A control as one rule that denies where its list of violations is not empty. What is taken from the object reaches Kyverno's
 * conditions as a count alone, since these read wildcards, quantities and durations into text; and its messages as the whole of
 * one variable, since Kyverno looks for further variables in what it puts in beside other text.
 */
export function jmespathBody({ check }: CompiledControl, variables: JmesVariables): RuleBody {
  const parts = changingParts(check);
  const changed = parts === undefined ? undefined : changedCondition(parts);
  const entries = [...(changed === undefined ? [] : [{ name: "changed", expression: changed }]), ...variables];
  return {
    conditions: {
      context: entries.map(({ name, expression }) => ({ name, variable: { jmesPath: expression } })),
      ...(changed === undefined ? {} : { preconditions: { all: [{ key: "{{ changed }}", operator: "Equals", value: true }] } }),
    },
    validate: {
      message: "{{ message }}",
      deny: { conditions: { all: [{ key: "{{ length(violations) }}", operator: "GreaterThan", value: 0 }] } },
    },
  };
}
