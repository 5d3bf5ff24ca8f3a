import type { Expression } from "../../../ir/expressions.ts";
import { dataOf } from "../../cel/data.ts";
import { translateTruth } from "./truths.ts";
import { Beyond, boundValue, type Scope } from "./scope.ts";
import { atom, call, type Jmes, nothing, orEmptyList } from "./syntax.ts";
import { dataLiteral } from "./text.ts";

/** The value of an expression without calls and consts; null where it is absent. */
export function translateValue(expression: Expression, scope: Scope): Jmes {
  switch (expression.kind) {
    case "literal":
      return typeof expression.value === "string" ? dataLiteral(expression.value) : atom(`\`${String(expression.value)}\``);
    case "absent":
      return nothing;
    case "variable":
      return boundValue(expression, scope);
    case "root":
      if (scope.depth > 0) throw new Beyond("the object from inside a walk", expression.span);
      if (expression.name === scope.root) return atom(scope.root === "pod" ? "pod" : "resource");
      throw new Beyond(expression.name, expression.span);
    case "parameter":
      return dataLiteral(scope.parameters[expression.name]);
    case "constant":
      return dataLiteral(dataOf(expression.value));
    case "member":
      return { kind: "member", target: translateValue(expression.object, scope), name: expression.name };
    case "entry":
      if (expression.key.kind !== "literal") throw new Beyond("a member under a name that is worked out", expression.span);
      return { kind: "member", target: translateValue(expression.object, scope), name: String(expression.key.value) };
    case "list":
    case "record":
      return dataLiteral(literalData(expression));
    case "coalesce":
      return call("not_null", translateValue(expression.value, scope), translateValue(expression.fallback, scope));
    case "length":
      return call("length", { kind: "filter", list: orEmptyList(translateValue(expression.list, scope)), test: { kind: "compare", operator: "!=", left: atom("@"), right: nothing } });
    case "text":
      return joined(expression.parts.map((part) => textOf(part, scope)));
    case "some": case "includes": case "equals": case "compare": case "not": case "and": case "or": case "present": case "type-test": case "text-test": case "matches":
      return translateTruth(expression, scope);
    case "intrinsic": {
      const [given] = expression.arguments;
      if (expression.name === "characters" && given !== undefined) return call("length", call("not_null", translateValue(given, scope), dataLiteral("")));
      throw new Beyond(expression.name, expression.span);
    }
    default:
      throw new Beyond(`the expression ${expression.kind}`, expression.span);
  }
}

function literalData(expression: Expression): unknown {
  if (expression.kind === "literal") return expression.value;
  if (expression.kind === "list") return expression.items.map(literalData);
  if (expression.kind === "record") return Object.fromEntries(expression.fields.map(({ name, value }) => [name, literalData(value)]));
  throw new Beyond("a list or record that is worked out", expression.span);
}

/** A piece of a text: what is absent against its schema stands as JavaScript writes it. */
export function textOf(part: Expression, scope: Scope): Jmes {
  if (part.kind === "literal") return dataLiteral(String(part.value));
  const value = translateValue(part, scope);
  if (value.kind === "call" && value.name === "join") return value;
  return call("to_string", value.kind === "call" && value.name !== "not_null" ? value : call("not_null", value, dataLiteral("undefined")));
}

/** Texts one after the other. */
export function joined(pieces: readonly Jmes[]): Jmes {
  const [only] = pieces;
  if (pieces.length === 1 && only !== undefined) return only;
  return call("join", dataLiteral(""), { kind: "list", items: pieces });
}
