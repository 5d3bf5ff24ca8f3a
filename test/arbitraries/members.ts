import fc from "fast-check";

/** A member of an object that is not there. Never part of what an arbitrary of objects gives. */
export const absent = Symbol("absent");

/** How often a value that no check objects to is drawn for each one that some check may object to. */
export type Care = number;

/** One of the usual values, or now and then one of the others. */
export function usually(care: Care, usual: readonly unknown[], others: readonly unknown[]): fc.Arbitrary<unknown> {
  return usuallyFrom(care, fc.constantFrom(...usual), fc.constantFrom(...others));
}

/** What the first arbitrary gives, or now and then what the second does. */
export function usuallyFrom(care: Care, usual: fc.Arbitrary<unknown>, others: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: Math.ceil(care), arbitrary: usual }, { weight: 1, arbitrary: others });
}

/** What the arbitrary gives, or now and then absent, null or an empty object. */
export function orNothing(arbitrary: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return usuallyFrom(4, arbitrary, fc.constantFrom(absent, null, {}));
}

/** Objects with members from these arbitraries, less those that come out absent. */
export function objectOf(members: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<Record<string, unknown>> {
  return fc.record(members).map((drawn) => Object.fromEntries(Object.entries(drawn).filter(([, value]) => value !== absent)));
}

/** Lists with `minLength` to `maxLength` elements, one of which may be null. */
export function listOf(element: fc.Arbitrary<unknown>, minLength: number, maxLength: number): fc.Arbitrary<unknown[]> {
  return fc.array(usuallyFrom(60, element, fc.constant(null)), { minLength, maxLength });
}
