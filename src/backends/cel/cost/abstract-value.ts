import { constant, type Place, plus, type Polynomial, sizeOfPlace, substitute, type Term, times, zero } from "./polynomial.ts";

/** What may stand where an expression is: any of what its members say. An optional is what it may hold. */
export interface AbstractValue {
  /** The most characters, where it is text. */
  readonly text: Polynomial;
  /** The text itself, where it is known. */
  readonly known?: string;
  /** The most characters that it has as text where it is a number or a truth; undefined where it is neither. */
  readonly scalar?: number;
  /** The places of the request at which it may stand. */
  readonly places: readonly Place[];
  /** What it holds as a list, or as a map under keys that are worked out. */
  readonly items?: Items;
  /** What it holds as a map under known names. */
  readonly fields?: Readonly<Record<string, AbstractValue>>;
}

/** The elements of a list. Sizes in `element` are those of one element, `under` the binder. */
export interface Items {
  readonly binder: number;
  readonly count: Polynomial;
  readonly element: AbstractValue;
  /** What the sizes under the binder come to over all elements. */
  readonly totals: readonly Total[];
  /** Of the parts of a text, or some of them: what they were parted by. Put together by the same they are no longer than it was. */
  readonly partedBy?: AbstractValue | undefined;
}

/** Sizes at `prefix` and below add up to those of the same places under another walk, or to `sum`. */
export type Total = { readonly prefix: string; readonly times: number } & ({ readonly under: number } | { readonly sum: Polynomial });

/** The longest text of a number or truth: `-1.7976931348623157e+308`. */
const longestScalar = 24;

export const nothingKnown: AbstractValue = { text: zero, places: [] };
export const scalarValue: AbstractValue = { text: zero, places: [], scalar: longestScalar };
export const textValue = (text: Polynomial): AbstractValue => ({ text, places: [] });
export const knownText = (known: string): AbstractValue => ({ text: constant([...known].length), known, places: [] });
export const placeValue = (longest: number, ...places: readonly Place[]): AbstractValue => ({ text: constant(longest), places, scalar: longestScalar });

let binders = 0;
/** A number for a walk that no other has. */
export const freshBinder = (): number => (binders += 1);

const belongs = ({ path }: Place, prefix: string): boolean => path === prefix || path.startsWith(`${prefix}.`) || path.startsWith(`${prefix}[`);

/** The most that `size` comes to over all elements, or for any one of them, whose binder it names. */
export function totalOf({ totals }: Items, size: Place): Polynomial {
  const found = totals.filter(({ prefix }) => belongs(size, prefix));
  if (found.length === 0) throw new Error(`nothing is known of the total of ${size.path}`);
  return plus(...found.map((total) => times(constant(total.times), "sum" in total ? total.sum : sizeOfPlace({ path: size.path, under: total.under }))));
}

/** What a size or cost of each element comes to over all of them. */
export function overAll(items: Items, each: Polynomial): Polynomial {
  const resolved = (term: Term): Polynomial => substitute(new Map([["", term]]), (size) => (size.under === items.binder ? totalOf(items, size) : sizeOfPlace(size)));
  return plus(...[...each.values()].map((term) => (term.factors.some(({ under }) => under === items.binder) ? resolved(term) : times(items.count, resolved(term)))));
}
