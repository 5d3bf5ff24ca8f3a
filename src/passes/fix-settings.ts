import { isLiteral, literal } from "../ir/construct.ts";
import type { Expression } from "../ir/expressions.ts";
import type { CheckIr, Clause } from "../ir/control.ts";
import { foldNode, isKnown } from "./fold-constants.ts";
import { type Pass, rewritingPass } from "./pass.ts";

/**
 * Puts in what a target fixes for good, and works out what follows from it: the Kubernetes minor, and parameters that are one
 * word, number or truth. For engines that are given one target's policies. Clauses that then deny nothing are left out.
 */
export function fixSettings(kubernetesMinor: number, parameters: Readonly<Record<string, unknown>>): Pass {
  const change = (node: Expression): Expression => {
    if (node.kind === "root" && node.name === "kubernetesMinor") return literal(kubernetesMinor, node.span);
    const value = node.kind === "parameter" ? parameters[node.name] : undefined;
    return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? literal(value, node.span) : node;
  };
  const inside = rewritingPass("fix-settings", () => (node) => foldNode(change(node)));
  return {
    name: "fix-settings",
    run: (check) => {
      const fixed = withoutKnownConsts(inside.run(check));
      return { ...fixed, clauses: fixed.clauses.filter(canDeny).map(withoutTruths) };
    },
  };
}

/** Puts consts whose value is known, such as what older Kubernetes lacks, where they are read, and works out what follows, until none is left. */
function withoutKnownConsts(check: CheckIr): CheckIr {
  const known = new Map(check.clauses.flatMap(({ steps }) => steps.flatMap((step) => (step.kind === "let" && isKnown(step.value) ? [[step.binding.id, step.value] as const] : []))));
  if (known.size === 0) return check;
  const clauses = check.clauses.map((clause) => ({ ...clause, steps: clause.steps.filter((step) => step.kind !== "let" || !known.has(step.binding.id)) }));
  const put = rewritingPass("put-known-consts", () => (node) => foldNode((node.kind === "variable" ? known.get(node.binding.id) : undefined) ?? node));
  return withoutKnownConsts(put.run({ ...check, clauses }));
}

const canDeny = ({ steps }: Clause): boolean => !steps.some((step) => step.kind === "when" && isLiteral(step.condition, false));

const withoutTruths = (clause: Clause): Clause => ({ ...clause, steps: clause.steps.filter((step) => step.kind !== "when" || !isLiteral(step.condition, true)) });
