type Part = Record<string | number, unknown>;

/** What may stand where something else was: each kind of value, and texts that URIs are hard to read in. */
const strangers: readonly unknown[] = [
  null, "", "x", 0, -1, 1.5, true, false, [], {}, [null], ["a", 1, null, ["b"]], { a: "b" }, [[]], [{ name: "a" }, "b"],
  "/a?dryRun=All", "/a?dryRun=&dryRun=All", "/a?x=%zz&dryRun=All", "/a%?dryRun=All", "/a?x;y&dryRun=All", "/a?dry%52un=A%6cl+%2B", "/a?dryRun", "/a?&=&dryRun=x=y", "/a#b?dryRun=All", "?dryRun=All", "*", "a b?dryRun=All", "a{:b?dryRun=All", "https://host:1/a?dryRun=All", "//host/a?dryRun=All", "/a?command=%E2%82%AC",
];

/** Every place in an event, the event itself left out, as the names and numbers that lead there. */
export function placesIn(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) => [[...path, name], ...placesIn(part, [...path, name])]);
}

/** The event with one to three of its parts taken away, repeated, or replaced by something else. */
export function mutated(event: unknown, random: () => number): unknown {
  const copy = structuredClone(event) as Part;
  const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(random() * values.length)] as Value;
  for (let left = 1 + Math.floor(random() * 3); left > 0; left -= 1) {
    const places = placesIn(copy);
    if (places.length === 0) return copy;
    const path = pick(places);
    const holder = path.slice(0, -1).reduce((part, name) => part[name] as Part, copy);
    const name = path.at(-1) ?? "";
    const way = random();
    if (way < 0.3 && !Array.isArray(holder)) delete holder[name];
    else if (way < 0.4) holder[name] = [holder[name], structuredClone(holder[name])];
    else if (way < 0.5) holder[name] = structuredClone(pick(places).reduce<unknown>((part, step) => (part as Part)[step], copy));
    else holder[name] = structuredClone(pick(strangers));
  }
  return copy;
}
