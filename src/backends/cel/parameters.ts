import { dataLiteral } from "./data.ts";
import type { Scope } from "./scope.ts";
import type { GivenParameter } from "./settings.ts";
import { atom, binary, call, type Cel, method, nothing, ternary } from "./syntax.ts";
import { known, type StaticType, unknown, type Value } from "./value.ts";

/** A parameter as a variable of the policy, under the author's name. */
export function parameterVariable(name: string, scope: Scope): Value {
  const { parameters, parameterValue } = scope.settings;
  const given = parameterValue?.(name);
  return given === undefined ? dataVariable(`parameter ${name}`, name, parameters[name], scope) : givenVariable(name, given, parameters[name], scope);
}

/** A policy variable with data, under the author's name. */
export function dataVariable(key: string, name: string, value: unknown, scope: Scope): Value {
  const type: StaticType = Array.isArray(value) ? "list" : typeof value === "object" ? "map" : typeof value === "string" ? "string" : typeof value === "boolean" ? "bool" : Number.isSafeInteger(value) ? "int" : "double";
  return { ...known(scope.variables.reference(key, name, () => () => dataLiteral(value)), type), own: true };
}

/** CEL's conversions to what JSON Schema calls a scalar. Each refuses what it cannot read; a whole number may come as a double. */
const conversions: Readonly<Record<string, { readonly name: string; readonly type: StaticType }>> = {
  string: { name: "string", type: "string" },
  boolean: { name: "bool", type: "bool" },
  integer: { name: "int", type: "int" },
  number: { name: "double", type: "double" },
};

/**
 * The given value, tidied: null elements are skipped, numbers are of one type, and each part is of the type that it was
 * declared with, so that a comparison with it never says no because of its type.
 */
function givenVariable(name: string, { expression, isTidy, schema }: GivenParameter, otherwise: unknown, scope: Scope): Value {
  const scalar = conversions[String(schema["type"])];
  const items = conversions[String((schema["items"] as GivenParameter["schema"] | undefined)?.["type"])];
  const cel = typeof expression === "string" ? atom(expression) : expression;
  const isTidied = scalar !== undefined || (schema["type"] === "array" && items !== undefined);
  const variable = scope.variables.reference(`parameter ${name}`, name, () => {
    if (isTidy) return () => cel;
    const raw = scope.variables.reference(`given parameter ${name}`, `${name}Given`, () => () => cel);
    const tidy = scalar !== undefined ? call(scalar.name, raw) : isTidied && items !== undefined ? eachOf(raw, items.name) : raw;
    return () => ternary(binary("!=", raw, nothing), tidy, isTidied ? dataLiteral(otherwise) : call("dyn", dataLiteral(otherwise)));
  });
  // Data of another form is read as an object's parts are: with a guard at each.
  return isTidied ? { ...known(variable, scalar?.type ?? "list"), own: true } : { ...unknown(variable), nullInside: false };
}

const eachOf = (given: Cel, conversion: string): Cel => method(given, "map", atom("item"), binary("!=", atom("item"), nothing), call(conversion, atom("item")));
