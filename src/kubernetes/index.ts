/** Kubernetes' API types, one namespace for each API package under the alias that Go programs give it. */
export type * from "./generated/index.ts";
export type { Kinds } from "./generated/kinds.ts";
export type * from "./scalars.ts";
