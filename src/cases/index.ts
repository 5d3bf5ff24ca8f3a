export { type Branch, coverageOf, type Coverage } from "./coverage.ts";
export { type Derivation, deriveCases, type Unreached } from "./derive.ts";
export { type DerivedCase, requestOf } from "./derived-case.ts";
export type { DeriveOptions, OwnCase, Subject } from "./subject.ts";
export { searchEdition, type Supplement, supplementOf } from "./supplement.ts";
