/** A Rego term and what is known of it. Missing and null both mean absent. */
export interface Term {
  readonly text: string;
  /** References that are present whenever the term is. */
  readonly refs: readonly string[];
  /** Whether the term may be missing or null. */
  readonly nullable: boolean;
  /** Whether the term is null wherever it has no value, and never missing. */
  readonly nullForAbsent?: boolean;
  /** Whether the list holds no null, whatever the object is like. */
  readonly withoutNulls?: boolean;
  /** Whether the value comes from the control or its target, so that what its type promises is there. */
  readonly own?: boolean;
  /** An operator outside of brackets: in need of them inside another term. */
  readonly infix?: boolean;
  /** The term as members below something that is never missing itself, to be read with `object.get`. */
  readonly below?: { readonly base: string; readonly keys: readonly string[]; readonly baseMayBeNull?: boolean };
}
