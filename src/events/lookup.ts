import type { EventField, EventSource } from "./event-field.ts";
import { eventFields } from "./generated/fields.ts";

const byName = new Map(eventFields.map((field) => [`${field.source} ${field.name}`, field]));

/** A field as a condition names it: the field of the table, and whether it gives several values there. */
export interface NamedField {
  readonly field: EventField;
  readonly isList: boolean;
}

/** The field that a name stands for, with its argument, number, key or pointer; undefined where the source has none. */
export function fieldNamed(source: EventSource, name: string): NamedField | undefined {
  const whole = byName.get(`${source} ${name}`);
  if (whole !== undefined) return whole.form === "plain" || whole.form === "list" || whole.form === "ancestor" ? { field: whole, isList: whole.form !== "plain" } : undefined;
  const bracket = /^([^[]+)\[(.+)\]$/.exec(name);
  if (bracket !== null) {
    const field = byName.get(`${source} ${bracket[1]}`);
    const inside = bracket[2] ?? "";
    const fits = field?.form === "key" || (field?.form === "ancestor" && /^\d+$/.test(inside)) || (field?.form === "pointer" && inside.startsWith("/"));
    return fits ? { field, isList: false } : undefined;
  }
  const dot = name.lastIndexOf(".");
  const field = dot < 0 ? undefined : byName.get(`${source} ${name.slice(0, dot)}`);
  return field?.form === "argument" && /^\w+$/.test(name.slice(dot + 1)) ? { field, isList: false } : undefined;
}
