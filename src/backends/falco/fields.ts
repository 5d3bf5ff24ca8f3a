import { isAddress } from "../../dsl/library/addresses.ts";
import type { EventSource, FieldForm } from "../../events/event-field.ts";
import { fieldNamed } from "../../events/lookup.ts";
import { type ComparisonOperator, networkOf } from "./condition/condition.ts";

/** A field as Falco's filters take it. */
export interface FilterField {
  readonly name: string;
  readonly holds: "text" | "numbers" | "true or false" | "addresses" | "networks";
  readonly isList: boolean;
  readonly form: FieldForm;
}

/** Falco compares these as addresses, not as texts. */
const addresses: ReadonlySet<string> = new Set(["fd.ip", ...Object.keys(networkOf)]);
const networks: ReadonlySet<string> = new Set(Object.values(networkOf));

/** The field that a filter names; undefined where the source has none, or none that may be used. */
export function fieldOf(source: EventSource, name: string): FilterField | undefined {
  if (source === "syscall" && networks.has(name)) return { name, holds: "networks", isList: false, form: "plain" };
  const named = fieldNamed(source, name);
  if (named === undefined || named.field.trap !== undefined) return undefined;
  const { type } = named.field;
  const holds = addresses.has(name) ? "addresses" : type === "string" ? "text" : type === "number" ? "numbers" : "true or false";
  return { name, holds, isList: named.isList, form: named.isList ? named.field.form : "plain" };
}

export const comparesText = ({ holds, isList }: FilterField): boolean => holds === "text" && !isList;

/** Whether Falco compares a field so, with such a value; it refuses other rules when it loads them. */
export function takes({ holds }: FilterField, operator: ComparisonOperator, value: string): boolean {
  const isEquality = operator === "=" || operator === "!=";
  switch (holds) {
    case "text":
      return isEquality || /^[a-z]/.test(operator);
    case "numbers":
      return (isEquality || /^[<>]/.test(operator)) && /^-?\d+$/.test(value);
    case "true or false":
      return isEquality && (value === "true" || value === "false");
    case "addresses":
      return isEquality && isAddress(value) && !value.includes("/");
    case "networks":
      return isEquality && isAddress(value) && value.includes("/");
  }
}
