import { type Place, type Polynomial, sizeOfPlace, substitute } from "./polynomial.ts";

/**
 * The most that a polynomial comes to, by the sum of the sizes of all its places under one root. Terms of the
 * same form share that sum: `3 a + 5 b` is at most 5 for each element, and `a b` at most a quarter of the square, which this
 * takes for a half.
 */
export function atMost(given: Polynomial): (elements: number) => number {
  const highest = new Map<string, { readonly degree: number; weight: number }>();
  for (const { coefficient, factors } of withoutOverlaps(given).values()) {
    const roots = groupsOf(factors);
    const form = [...roots].map(([root, places]) => `${root} ${places.length}`).sort().join("\n");
    const known = highest.get(form) ?? { degree: factors.length, weight: 0 };
    // (a + b + …)^n holds a product as often as its factors can be put in order, and is elements^n.
    const orders = [...roots.values()].reduce((product, places) => product * ordersOf(places), 1);
    known.weight = Math.max(known.weight, coefficient / orders);
    highest.set(form, known);
  }
  const forms = [...highest.values()];
  return (elements) => Math.ceil(Math.round(forms.reduce((total, { degree, weight }) => total + weight * elements ** degree, 0) * 1000) / 1000);
}

/** The first part of a path: `object` of `object.spec.containers`. */
const rootOf = (path: string): string => /^[^.[]*/.exec(path)?.[0] ?? path;

function groupsOf(factors: readonly Place[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const { path } of factors) groups.set(rootOf(path), [...(groups.get(rootOf(path)) ?? []), path]);
  return groups;
}

const factorial = (number: number): number => (number < 2 ? 1 : number * factorial(number - 1));

function ordersOf(paths: readonly string[]): number {
  const times = [...new Set(paths)].map((path) => paths.filter((each) => each === path).length);
  return times.reduce((orders, number) => orders / factorial(number), factorial(paths.length));
}

/** Places that may be the same one, since a computed key may be any name, under one name: then no element counts for two. */
function withoutOverlaps(given: Polynomial): Polynomial {
  const paths = [...new Set([...given.values()].flatMap(({ factors }) => factors.map(({ path }) => path)))];
  const names = new Map(paths.map((path) => [path, path]));
  const nameOf = (path: string): string => names.get(path) ?? path;
  for (const [at, path] of paths.entries()) {
    for (const other of paths.slice(0, at)) {
      if (nameOf(path) === nameOf(other) || !mayBeSame(path, other)) continue;
      const [kept, given] = [nameOf(other), nameOf(path)];
      for (const [each, name] of names) if (name === given) names.set(each, kept);
    }
  }
  return substitute(given, ({ path, under }) => sizeOfPlace({ path: nameOf(path), under }));
}

function mayBeSame(left: string, right: string): boolean {
  const [first, second] = [left, right].map((path) => path.replaceAll("[]", ".[]").split(".")) as [string[], string[]];
  return first.length === second.length && first.every((part, at) => part === second[at] || part === "[]" || second[at] === "[]");
}
