/**
 * How many elements the lists and maps at a place have: `object.spec.containers[].ports` are the ports of all containers together.
 * `under` is the walk whose element they belong to (a number of its own), 0 for the whole object.
 */
export interface Place {
  readonly path: string;
  readonly under: number;
}

/** A number of times the sizes of places. */
export interface Term {
  readonly coefficient: number;
  readonly factors: readonly Place[];
}

/** A sum of terms: a cost or a length as it grows with the object. No coefficient is negative. */
export type Polynomial = ReadonlyMap<string, Term>;

const keyOf = (factors: readonly Place[]): string => factors.map(({ under, path }) => `${under} ${path}`).join("\n");

function polynomial(terms: Iterable<Term>, merge: (left: number, right: number) => number = (left, right) => left + right): Polynomial {
  const made = new Map<string, Term>();
  for (const { coefficient, factors } of terms) {
    if (coefficient === 0) continue;
    const sorted = factors.length < 2 ? factors : factors.toSorted((left, right) => left.under - right.under || (left.path < right.path ? -1 : left.path > right.path ? 1 : 0));
    const key = keyOf(sorted);
    const known = made.get(key);
    made.set(key, { coefficient: known === undefined ? coefficient : merge(known.coefficient, coefficient), factors: sorted });
  }
  return made;
}

export const constant = (number: number): Polynomial => polynomial([{ coefficient: number, factors: [] }]);
export const zero = constant(0);

/** The size of a place. */
export const sizeOfPlace = (place: Place): Polynomial => polynomial([{ coefficient: 1, factors: [place] }]);

export const plus = (...summands: readonly Polynomial[]): Polynomial => polynomial(summands.flatMap((each) => [...each.values()]));

/** What is at least as large as each of them: coefficient by coefficient. */
export const larger = (...given: readonly Polynomial[]): Polynomial => polynomial(given.flatMap((each) => [...each.values()]), Math.max);

export function times(left: Polynomial, right: Polynomial): Polynomial {
  return polynomial([...left.values()].flatMap((one) => [...right.values()].map((other) => ({ coefficient: one.coefficient * other.coefficient, factors: [...one.factors, ...other.factors] }))));
}

/** The number that a polynomial without places stands for; undefined for others. */
export function numberOf(given: Polynomial): number | undefined {
  if (given.size === 0) return 0;
  return given.size === 1 ? given.get("")?.coefficient : undefined;
}

/** A part of a size, rounded up to a whole number. */
export function share(size: Polynomial, factor: number): Polynomial {
  const number = numberOf(size);
  // Tenths and quarters of whole numbers, without what floats add to them.
  return number === undefined ? plus(times(size, constant(factor)), constant(1)) : constant(Math.ceil(Math.round(number * factor * 1000) / 1000));
}

/** The one of two that is certainly not the larger, as far as that can be seen: each is at least as large as their minimum. */
export function smaller(left: Polynomial, right: Polynomial): Polynomial {
  const [first, second] = [numberOf(left), numberOf(right)];
  if (first !== undefined && second !== undefined) return first <= second ? left : right;
  return first !== undefined ? left : right;
}

/** The polynomial with something else for each size. */
export function substitute(given: Polynomial, by: (place: Place) => Polynomial): Polynomial {
  return plus(...[...given.values()].map(({ coefficient, factors }) => factors.reduce((product, factor) => times(product, by(factor)), constant(coefficient))));
}
