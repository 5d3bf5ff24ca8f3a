import type { EventSource } from "../../../events/event-field.ts";
import { type Condition, visitCondition } from "../condition/condition.ts";
import { parseCondition } from "../condition/parse.ts";
import { eventTypes } from "../event-types.ts";
import { fieldOf, heldBy, takes } from "../fields.ts";
import { expandLists, type Lists } from "./expand-lists.ts";

/** What a condition may name, and what it did. */
export interface Place {
  readonly source: EventSource;
  readonly lists: Lists;
  /** The conditions of the macros that stand before. */
  readonly macros: ReadonlyMap<string, string>;
  /** Filled with the names of lists and macros. */
  readonly used: Set<string>;
}

/** What is wrong with a condition: its grammar, names that are nowhere, fields, operators and values that do not fit each other. */
export function conditionFaults(text: string, place: Place, mustNameTypes = false): readonly string[] {
  const parsed = parseCondition(text);
  if ("fault" in parsed) return [`${parsed.fault} at ${parsed.at} of ${text}`];
  const faults: string[] = [];
  visitCondition(parsed.condition, (node) => {
    if (node.kind === "macro") {
      place.used.add(node.name);
      if (!place.macros.has(node.name)) faults.push(`there is no macro ${node.name} before it`);
    }
    if (node.kind !== "membership") return;
    for (const item of node.items) {
      if (!("list" in item)) continue;
      place.used.add(item.list);
      if (!place.lists.has(item.list)) faults.push(`there is no list ${item.list}`);
    }
  });
  if (faults.length > 0) return faults;
  const whole = expanded(parsed.condition, place);
  // Falco puts lists in by their text; were one's name in a quoted text, the two would part.
  const asFalco = parseCondition(expandLists(text, place.lists));
  const own = expanded(parsed.condition, { ...place, macros: new Map() });
  if ("fault" in asFalco || JSON.stringify(asFalco.condition) !== JSON.stringify(own)) faults.push("the name of a list stands where its items must not");
  visitCondition(whole, (node) => faults.push(...fieldFaults(node, place.source)));
  if (mustNameTypes && eventTypes(whole) === undefined) faults.push("no type of event is named, so it runs for all of them");
  return [...new Set(faults)];
}

/** A condition with what its lists and macros stand for. */
function expanded(condition: Condition, place: Pick<Place, "lists" | "macros">): Condition {
  switch (condition.kind) {
    case "membership":
      return { ...condition, items: condition.items.flatMap((item) => ("list" in item ? itemsOf(place.lists.get(item.list) ?? []) : [item])) };
    case "macro": {
      const body = place.macros.get(condition.name);
      const parsed = body === undefined ? undefined : parseCondition(body);
      return parsed === undefined || "fault" in parsed ? condition : expanded(parsed.condition, place);
    }
    case "not":
      return { ...condition, operand: expanded(condition.operand, place) };
    case "all":
    case "any":
      return { ...condition, operands: condition.operands.map((each) => expanded(each, place)) };
    default:
      return condition;
  }
}

/** Items of a list as a condition would read them. */
function itemsOf(items: readonly string[]): readonly { readonly value: string }[] {
  const parsed = parseCondition(expandLists("x.y in (the_list)", new Map([["the_list", items]])));
  if ("fault" in parsed || parsed.condition.kind !== "membership") return items.map((value) => ({ value }));
  return parsed.condition.items.map((item) => ({ value: "value" in item ? item.value : item.list }));
}

function fieldFaults(node: Condition, source: EventSource): readonly string[] {
  if (node.kind !== "comparison" && node.kind !== "membership" && node.kind !== "exists") return [];
  const field = fieldOf(source, node.field);
  if ("fault" in field) return [field.fault];
  if (node.kind === "exists") return [];
  if (node.kind === "comparison") return field.isList ? [`${node.field} has several values, and is compared with one`] : takes(field, node.operator, node.value) ? [] : [`${node.field} takes ${heldBy(field)}, and is compared by ${node.operator} with ${node.value}`];
  if (node.operator === "intersects" && field.form !== "list") return [`${node.field} has one value, and intersects needs several`];
  return node.items.flatMap((item) => ("value" in item && !takes(field, "=", item.value) ? [`${node.field} takes ${heldBy(field)}, and is compared with ${item.value}`] : []));
}
