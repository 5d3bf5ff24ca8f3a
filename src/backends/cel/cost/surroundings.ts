import type { Cel } from "../syntax.ts";
import type { AbstractValue } from "./abstract-value.ts";

/** What is known where an expression is evaluated. */
export interface Surroundings {
  /** The most characters of a text in the request. */
  readonly longest: number;
  /** What names and macro variables stand for. Other names are those of types. */
  readonly names: ReadonlyMap<string, AbstractValue>;
}

const literal = /^(?:true|false|null|-?[0-9].*|r?'[^]*')$/;

/** Whether the text of an atom is a literal, not a name. */
export const isLiteral = (text: string): boolean => literal.test(text);

/** Whether an expression is made of literals, which CEL puts together before it runs. */
export const isConstant = (cel: Cel): boolean =>
  (cel.kind === "atom" && isLiteral(cel.text)) || (cel.kind === "list" && cel.items.every(isConstant)) || (cel.kind === "map" && cel.entries.every((entry) => entry.every(isConstant)));
