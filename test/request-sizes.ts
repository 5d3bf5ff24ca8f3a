import type { CostBounds } from "../src/backends/cel/cost/policy-cost.ts";

/** The members whose own members have names that the author of an object chooses. */
const maps = new Set(["annotations", "binaryData", "data", "labels", "limits", "matchLabels", "nodeSelector", "requests", "stringData"]);

/** How large an object is: all elements of its lists and members of such maps, and its longest text or name of a member. */
export function sizesOf(object: unknown): CostBounds {
  let [elements, text] = [0, 24];
  const visit = (value: unknown, name: string): void => {
    if (typeof value === "string") text = Math.max(text, [...value].length);
    if (typeof value !== "object" || value === null) return;
    const members = Object.entries(value);
    if (Array.isArray(value) || maps.has(name)) elements += members.length;
    for (const [key, member] of members) {
      if (!Array.isArray(value)) text = Math.max(text, [...key].length);
      visit(member, Array.isArray(value) ? "" : key);
    }
  };
  visit(object, "");
  return { elements, text };
}

type Json = unknown;

/**
 * The object grown to a size in several ways: each of its lists and maps, in turn, with its elements over and over again, and with texts as
 * they are or as long as they may be, made of what is dear to take apart.
 */
export function grown(object: unknown, { elements, text }: CostBounds): readonly unknown[] {
  const long = (given: string): string => (given + "/a:b@".repeat(text)).slice(0, text);
  const stretches: readonly ((name: string, value: string) => string)[] = [
    (_, value) => value,
    (name, value) => (name === "name" ? long(value) : value),
    (name, value) => (name === "name" || name === "image" ? long(value) : value),
    // A control that asks for containers of a name looks no further at others.
    (name, value) => (name === "image" ? long(value) : value),
    (name, value) => (name === "kind" || name === "apiVersion" || name === "operator" ? value : long(value)),
    (name, value) => (name === "kind" || name === "apiVersion" ? value : (value + "/".repeat(text)).slice(0, text)),
  ];
  const repeated = walkedIn(object).flatMap((path) => {
    const rest = sizesOf(replaced(object, path, (list) => (Array.isArray(list) ? [] : {}))).elements;
    const each = sizesOf(object).elements - rest;
    const often = Math.floor((elements - rest) / Math.max(1, each));
    return often < 1 ? [] : [replaced(object, path, (list) => times(list, often, text))];
  });
  return [object, ...repeated].flatMap((each) => stretches.map((stretch) => mapTexts(each, "", stretch)));
}

/** A list or a map with what it holds over and over again, in a map under names that are long and differ. */
const times = (given: object, often: number, text: number): unknown =>
  Array.isArray(given) ? Array.from({ length: often }, () => given as readonly unknown[]).flat() : Object.fromEntries(Array.from({ length: often }, (_, number) => Object.entries(given).map(([name, value]: [string, unknown]) => [`${name}/${number}${"x".repeat(text)}`.slice(0, text), value])).flat());

function walkedIn(value: Json, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [];
  const own = (Array.isArray(value) || maps.has(path.at(-1) ?? "")) && Object.keys(value).length > 0 ? [path] : [];
  return [...own, ...Object.entries(value).flatMap(([name, member]) => walkedIn(member, [...path, name]))];
}

function replaced(value: Json, path: readonly string[], by: (list: object) => unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return by(value as object);
  if (Array.isArray(value)) return value.map((each: unknown, at) => (String(at) === name ? replaced(each, rest, by) : each));
  return Object.fromEntries(Object.entries(value as object).map(([key, member]: [string, unknown]) => [key, key === name ? replaced(member, rest, by) : member]));
}

function mapTexts(value: Json, name: string, stretch: (name: string, value: string) => string): unknown {
  if (typeof value === "string") return stretch(name, value);
  if (Array.isArray(value)) return value.map((each: unknown) => mapTexts(each, name, stretch));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]: [string, unknown]) => [key, mapTexts(member, key, stretch)]));
}
