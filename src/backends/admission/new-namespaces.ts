import { and, equals, literal, not } from "../../ir/construct.ts";
import type { CheckIr, Clause } from "../../ir/control.ts";
import type { Expression } from "../../ir/expressions.ts";
import { lookupsOf } from "../../ir/lookups.ts";
import { objectType, optionalType, stringType } from "../../ir/types.ts";

/** Whether a check looks for other objects when it judges a Namespace. */
export const looksAroundNamespaces = (check: CheckIr): boolean => check.match.kinds.some(({ apiVersion, kind }) => apiVersion === "v1" && kind === "Namespace") && lookupsOf(check).length > 0;

/**
 * The check for engines that judge requests: a request to create a Namespace is spared the findings for which it looks at other
 * objects. Nothing can be in a Namespace before it is there, so that no Namespace could ever be made; what is there is judged when
 * it changes, and by the engine's audit. `anonymous`: the engine tells of what it finds by itself as of a creation by nobody.
 */
export function sparingNewNamespaces(check: CheckIr, anonymous: "anonymous" | "never" = "never"): CheckIr {
  if (!looksAroundNamespaces(check)) return check;
  const looking = new Set(lookupsOf(check).map(({ finding }) => finding));
  return { ...check, clauses: check.clauses.map((clause) => (looking.has(clause.finding) ? sparing(clause, check, anonymous) : clause)) };
}

function sparing(clause: Clause, { match }: CheckIr, anonymous: "anonymous" | "never"): Clause {
  const { span } = clause;
  const root = (name: "object" | "operation" | "user", type: Expression["type"]): Expression => ({ kind: "root", name, type, span });
  const member = (object: Expression, name: string): Expression => ({ kind: "member", object, name, type: optionalType(stringType), span });
  const user: Expression = { kind: "coalesce", value: member(root("user", optionalType(objectType)), "username"), fallback: literal("", span), type: stringType, span };
  const isNew = and(
    [
      ...(match.kinds.length === 1 ? [] : [equals(member(root("object", objectType), "kind"), literal("Namespace", span))]),
      equals(root("operation", optionalType(stringType)), literal("CREATE", span)),
      ...(anonymous === "anonymous" ? [not(equals(user, literal("", span)))] : []),
    ],
    span,
  );
  return { ...clause, steps: [{ kind: "when", condition: not(isNew), span }, ...clause.steps] };
}
