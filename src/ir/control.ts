import type { Span } from "../diagnostics/span.ts";
import type { Binder, Binding, Expression, RootName } from "./expressions.ts";

/** What must hold, and what is bound on the way, before a clause denies; read from left to right. */
export type Step =
  | { readonly kind: "each"; readonly list: Expression; readonly binder: Binder; readonly span: Span }
  | { readonly kind: "let"; readonly binding: Binding; readonly value: Expression; readonly span: Span }
  | { readonly kind: "when"; readonly condition: Expression; readonly span: Span };

/** One `deny` call with all that leads to it. A check is the union of its clauses. */
export interface Clause {
  readonly steps: readonly Step[];
  /** The part of the object that the path starts from: a root, a walked element, or a member chain of those. */
  readonly anchor: Expression;
  /** Members (string), and computed keys or indices (expression), from the anchor to the offending field. */
  readonly path: readonly (string | Expression)[];
  readonly message: Expression;
  /** The letter of the finding, where the control has several. */
  readonly finding?: string;
  readonly span: Span;
}

/** A kind of object that a control judges. */
export interface MatchedKind {
  readonly apiVersion: string;
  readonly kind: string;
}

/** Which objects a control judges. `pod-bearing` gives the check a `pod`, whatever the kind. */
export interface MatchRule {
  readonly form: "pod-bearing" | "kinds";
  readonly kinds: readonly MatchedKind[];
}

/** A control's check in the intermediate representation. */
export interface CheckIr {
  readonly id: string;
  readonly match: MatchRule;
  readonly clauses: readonly Clause[];
  /** Capabilities that the check reads, each with the first place where it does. */
  readonly capabilities: readonly { readonly name: Exclude<RootName, "object" | "pod" | "kubernetesMinor"> | "lookup"; readonly span: Span }[];
}
