import type { Span } from "../diagnostics/span.ts";
import type { ValueType } from "./types.ts";

/**
 * The expressions of the intermediate representation: immutable, one `kind` each.
 *
 * Meaning shared by all of them: a value is a string, number, boolean, list, object, or absent. A member that is JSON null is
 * absent. Nothing throws, nothing loops without a list, and a walk over a list skips its null elements.
 */
export type Expression =
  | Literal | Absent | Variable | Root | Parameter | Constant
  | Member | Entry | Element | RecordLiteral | ListLiteral
  | Concat | Filter | MapList | FlatMap | Find | Some | Entries | Keys | Values
  | Includes | Length | Join
  | Equals | Compare | Arithmetic | Not | And | Or | Present | TypeTest
  | Conditional | Coalesce | Let
  | Text | TextTest | Split | Matches | Intrinsic | Call | Lookup;

interface Node<Kind extends string> {
  readonly kind: Kind;
  readonly type: ValueType;
  readonly span: Span;
}

/** A name bound by a loop, a `const` or a function parameter. Two variables are the same when their ids are equal. */
export interface Binding {
  readonly id: number;
  /** As the author wrote it. */
  readonly name: string;
  readonly type: ValueType;
}

/** What a walk binds at each step: the element and, if asked, its index (list) or key (object entries). */
export interface Binder {
  readonly value: Binding;
  readonly key?: Binding;
}

export interface Literal extends Node<"literal"> { readonly value: string | number | boolean }
/** `undefined`. */
export interface Absent extends Node<"absent"> {}
export interface Variable extends Node<"variable"> { readonly binding: Binding }

/** What only some engines are given. */
export type CapabilityRoot = "oldObject" | "operation" | "user" | "namespace";
/** What a check is given beside its parameters. `pod` and `component` are what the object says, read for the check. */
export type RootName = "object" | "pod" | "component" | "kubernetesMinor" | CapabilityRoot;
export interface Root extends Node<"root"> { readonly name: RootName }
/** A parameter of the control, by name. */
export interface Parameter extends Node<"parameter"> { readonly name: string }
/** A module-level `const` of literals; `value` is a literal, list or record of literals. */
export interface Constant extends Node<"constant"> { readonly name: string; readonly module: string; readonly value: Expression }

/** `object.name`; absent when the object is absent or has no such member. */
export interface Member extends Node<"member"> { readonly object: Expression; readonly name: string }
/** `object[key]` of a map with a computed key; absent when missing. */
export interface Entry extends Node<"entry"> { readonly object: Expression; readonly key: Expression }
/** `list[index]`; absent when out of range. */
export interface Element extends Node<"element"> { readonly list: Expression; readonly index: Expression }
export interface RecordLiteral extends Node<"record"> { readonly fields: readonly { readonly name: string; readonly value: Expression }[] }
export interface ListLiteral extends Node<"list"> { readonly items: readonly Expression[] }

/** `[...a, ...b]`. */
export interface Concat extends Node<"concat"> { readonly lists: readonly Expression[] }
export interface Filter extends Node<"filter"> { readonly list: Expression; readonly binder: Binder; readonly body: Expression }
export interface MapList extends Node<"map"> { readonly list: Expression; readonly binder: Binder; readonly body: Expression }
export interface FlatMap extends Node<"flat-map"> { readonly list: Expression; readonly binder: Binder; readonly body: Expression }
/** The first element for which `body` holds, or absent. */
export interface Find extends Node<"find"> { readonly list: Expression; readonly binder: Binder; readonly body: Expression }
/** Whether `body` holds for at least one element. `.every(p)` is lowered to `not some not p`. */
export interface Some extends Node<"some"> { readonly list: Expression; readonly binder: Binder; readonly body: Expression }
/** `Object.entries(map)` as the list of a walk: the binder's `key` and `value` are those of the map. */
export interface Entries extends Node<"entries"> { readonly object: Expression }
/** `Object.keys(map)`: the keys of members that are not null. */
export interface Keys extends Node<"keys"> { readonly object: Expression }
/** `Object.values(map)`: the values that are not null. */
export interface Values extends Node<"values"> { readonly object: Expression }

/** Whether a list of scalars holds a scalar. */
export interface Includes extends Node<"includes"> { readonly list: Expression; readonly item: Expression }
/** The number of non-null elements. */
export interface Length extends Node<"length"> { readonly list: Expression }
export interface Join extends Node<"join"> { readonly list: Expression; readonly separator: Expression }

/** `===` on scalars. Two absent values are equal; an absent and a present one are not. */
export interface Equals extends Node<"equals"> { readonly left: Expression; readonly right: Expression }
/** Order of two numbers, both present. */
export interface Compare extends Node<"compare"> { readonly operator: "<" | "<=" | ">" | ">="; readonly left: Expression; readonly right: Expression }
export interface Arithmetic extends Node<"arithmetic"> { readonly operator: "+" | "-" | "*"; readonly left: Expression; readonly right: Expression }
export interface Not extends Node<"not"> { readonly operand: Expression }
export interface And extends Node<"and"> { readonly operands: readonly Expression[] }
export interface Or extends Node<"or"> { readonly operands: readonly Expression[] }
/** `value !== undefined`. */
export interface Present extends Node<"present"> { readonly value: Expression }
/** `typeof value === type`. */
export interface TypeTest extends Node<"type-test"> { readonly value: Expression; readonly tested: "string" | "number" | "boolean" }

export interface Conditional extends Node<"conditional"> { readonly test: Expression; readonly then: Expression; readonly otherwise: Expression }
/** `value ?? fallback`. */
export interface Coalesce extends Node<"coalesce"> { readonly value: Expression; readonly fallback: Expression }
export interface Let extends Node<"let"> { readonly binding: Binding; readonly value: Expression; readonly body: Expression }

/** A template string; numbers are written in decimal, booleans as true or false. */
export interface Text extends Node<"text"> { readonly parts: readonly Expression[] }
export interface TextTest extends Node<"text-test"> { readonly operator: "starts-with" | "ends-with" | "contains"; readonly text: Expression; readonly search: Expression }
/** `text.split(separator)` with a separator that is not empty. */
export interface Split extends Node<"split"> { readonly text: Expression; readonly separator: Expression }
/** `/pattern/.test(text)`; the pattern is already RE2 text with ECMAScript's meaning. */
export interface Matches extends Node<"matches"> { readonly pattern: string; readonly source: string; readonly text: Expression }
/** A call of one of the few functions that each backend knows by itself (ir/intrinsics.ts). */
export interface Intrinsic extends Node<"intrinsic"> { readonly name: import("./intrinsics.ts").IntrinsicName; readonly arguments: readonly Expression[] }
/** A call of a pure, non-recursive helper function. */
export interface Call extends Node<"call"> { readonly function: HelperFunction; readonly arguments: readonly Expression[] }
/**
 * All objects of one kind (`apiVersion/Kind`) in the set that is judged, or those in one namespace; an earlier state of the object
 * under review may be among them.
 */
export interface Lookup extends Node<"lookup"> { readonly kindName: string; readonly namespace?: Expression }

/** A helper function that a check calls, lowered to one expression over its parameters. */
export interface HelperFunction {
  /** Unique: module and name. */
  readonly id: string;
  readonly name: string;
  /** The module's file, or "portcullis" for the library. */
  readonly module: string;
  readonly parameters: readonly Binding[];
  readonly body: Expression;
  readonly returns: ValueType;
  /** First sentence of the author's doc comment, for the emitted comment. */
  readonly description?: string;
  readonly span: Span;
}
