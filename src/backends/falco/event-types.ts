import type { Condition } from "./condition/condition.ts";

/**
 * The event types that a condition can hold for; undefined where it does not say. Falco runs a rule for just these events, and one
 * that names none for every system call there is.
 */
export function eventTypes(condition: Condition): ReadonlySet<string> | undefined {
  switch (condition.kind) {
    case "comparison":
      return condition.field === "evt.type" && condition.operator === "=" ? new Set([condition.value]) : undefined;
    case "membership": {
      const values = condition.items.flatMap((item) => ("value" in item ? [item.value] : []));
      return condition.field === "evt.type" && values.length === condition.items.length ? new Set(values) : undefined;
    }
    case "macro":
      return condition.body === undefined ? undefined : eventTypes(condition.body);
    case "all": {
      const known = condition.operands.map(eventTypes).filter((types) => types !== undefined);
      return known.length === 0 ? undefined : known.reduce((left, right) => new Set([...left].filter((type) => right.has(type))));
    }
    case "any": {
      const known = condition.operands.map(eventTypes);
      return known.every((types) => types !== undefined) ? new Set(known.flatMap((types) => [...types])) : undefined;
    }
    default:
      return undefined;
  }
}
