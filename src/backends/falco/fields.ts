import { isAddress } from "../../dsl/library/addresses.ts";
import { eventArgumentNames, eventTypeNames } from "../../events/event-names.ts";
import type { EventSource, FieldForm } from "../../events/event-field.ts";
import { fieldNamed } from "../../events/lookup.ts";
import { type ComparisonOperator, networkOf } from "./condition/condition.ts";

/** What a field holds, by which Falco compares it. */
type Held = "text" | "number" | "boolean" | "address" | "network" | "event type";

/** A field as Falco's filters take it. */
export interface FilterField {
  readonly name: string;
  readonly held: Held;
  readonly isList: boolean;
  readonly form: FieldForm;
}

/** Falco compares these as addresses, not as texts. */
const addresses: ReadonlySet<string> = new Set(Object.keys(networkOf));
const networks: ReadonlySet<string> = new Set(Object.values(networkOf));

/** What no filter can ask for, and why, as the end of a sentence. */
const unusable: Readonly<Record<string, string>> = { "fd.ip": "which stands for two addresses at once" };

/** The field that a filter names, or why it can name none so. */
export function fieldOf(source: EventSource, name: string): FilterField | { readonly fault: string } {
  if (source === "syscall" && networks.has(name)) return { name, held: "network", isList: false, form: "plain" };
  const named = fieldNamed(source, name);
  if (named === undefined) return { fault: `the field ${name}, which events of ${source} do not have` };
  const { form, name: field, trap, type } = named.field;
  const why = trap ?? unusable[name];
  if (why !== undefined) return { fault: `the field ${name}, ${why}` };
  if (form === "argument" && !eventArgumentNames.has(name.slice(field.length + 1))) return { fault: `the field ${name}, since no event has an argument of that name` };
  if (/[\]["'\s]/.test(/\[(.*)\]$/.exec(name)?.[1] ?? "")) return { fault: `the field ${name}, since no filter can hold what stands in its brackets` };
  const held = name === "evt.type" ? "event type" : addresses.has(name) ? "address" : type === "string" ? "text" : type;
  return { name, held, isList: named.isList, form: named.isList ? form : "plain" };
}

/** Whether a rule's output can tell of a field. Networks are for comparisons alone. */
export function outputFault(source: EventSource, name: string): string | undefined {
  const field = fieldOf(source, name);
  return "fault" in field ? field.fault : field.held === "network" ? `the field ${name}, which is only for comparisons` : undefined;
}

export const comparesText = ({ held, isList }: FilterField): boolean => held === "text" && !isList;

/** What a field takes, as the end of a sentence. */
export const heldBy = (field: FilterField): string => (field.held === "number" ? `whole numbers from ${rangeOf(field).join(" to ")}` : held[field.held]);

const held = { text: "texts", boolean: "true or false", address: "addresses", network: "networks", "event type": "types of events that Falco knows" } as const;

/** The numbers that a field can hold. Falco cuts the bits off one that is larger, and compares with what is left. */
function rangeOf({ name }: FilterField): readonly [number, number] {
  if (/^fd\..port$/.test(name)) return [0, 0xffff];
  return unsigned.has(name) ? [0, 0xffff_ffff] : [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];
}

const unsigned: ReadonlySet<string> = new Set(["group.gid", "proc.tty", "user.uid"]);

/** Whether Falco compares a field so, with such a value; it refuses other rules when it loads them. */
export function takes(field: FilterField, operator: ComparisonOperator, value: string): boolean {
  const isEquality = operator === "=" || operator === "!=";
  switch (field.held) {
    case "text":
      return isEquality || /^[a-z]/.test(operator);
    case "number":
      return (isEquality || /^[<>]/.test(operator)) && /^-?\d+$/.test(value) && Number(value) >= rangeOf(field)[0] && Number(value) <= rangeOf(field)[1];
    case "boolean":
      return isEquality && (value === "true" || value === "false");
    case "address":
      return isEquality && isCanonicalAddress(value);
    case "network":
      return isEquality && isPlainAddress(value) && value.includes("/") && !isAllOfIpv6(value);
    case "event type":
      return isEquality && eventTypeNames.has(value);
  }
}

/** Falco takes every address with a dot in it for one of IPv4. */
export const isPlainAddress = (text: string): boolean => isAddress(text) && !(text.includes(":") && text.includes("."));

/** Its prefix has no bits, for which Falco refuses it (libs, userspace/libsinsp/tuples.cpp, `ipv6net::init`). */
export const isAllOfIpv6 = (block: string): boolean => block.includes(":") && block.endsWith("/0");

/** Falco compares addresses, and the language texts: the two agree where the text is the one that Falco itself would write. */
function isCanonicalAddress(text: string): boolean {
  return isPlainAddress(text) && !text.includes("/") && (!text.includes(":") || new URL(`http://[${text}]`).hostname === `[${text}]`);
}
