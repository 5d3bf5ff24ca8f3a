import type { OpaSettings } from "../backends/opa/manifest.ts";
import type { Catalogue } from "../bundle/catalogue.ts";
export type { Catalogue } from "../bundle/catalogue.ts";
import type { ObjectSet } from "../plain/object-set.ts";
import type { Violation } from "../plain/violation.ts";

/** The verdict on one document: its violations in order, or why there is none. */
export type Verdict = { readonly violations: readonly Violation[] } | { readonly fault: string };

/** Judges documents under settings that stay the same. */
export interface Judge {
  /** Never throws for what a document holds; a document that cannot be judged has a fault. */
  readonly judge: (document: unknown) => Verdict;
}

/** The objects that controls look up are more than an engine can hold. */
export class TooManyObjects extends Error {
  constructor(objects: number) {
    super(`Controls look up ${objects.toLocaleString("en")} of the objects, which is more than the compiled policy can hold. Check parts of the set by themselves (each with what belongs to its namespaces), name controls that look up nothing with --control, or use --engine plain.`);
  }
}

/** Something that can judge documents: the compiled policy, or the controls' own TypeScript. */
export interface Engine {
  readonly catalogue: Catalogue;
  /** `others`: the set in which controls look other objects up. */
  readonly prepare: (settings: OpaSettings, others?: ObjectSet) => Judge;
}
