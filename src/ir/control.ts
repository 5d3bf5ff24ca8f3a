import type { Span } from "../diagnostics/span.ts";
import type { ComponentName } from "../kubernetes/components/names.ts";
import { podBearingKinds } from "../kubernetes/pod-bearing.ts";
import type { Binder, Binding, CapabilityRoot, Expression } from "./expressions.ts";

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
  /** Whether the only segment of the path is a text that is the whole path: of a flag, which knows its argument. */
  readonly placed?: boolean;
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

/** Which objects a control judges. The first two give the check a `pod`, whatever the kind that holds it; the last two a `component`. */
export interface MatchRule {
  readonly form: "pod-bearing" | "pod-bearing-or-kinds" | "kinds" | "component" | "component-or-kinds";
  readonly kinds: readonly MatchedKind[];
  /** The component whose flags the check is given. */
  readonly component?: ComponentName;
  /** Whether manifests alone are judged, and no requests. */
  readonly files?: true;
}

/** Whether a check is given pods: all of its objects hold one, or those of some kinds do. */
export const judgesPods = ({ form }: Pick<MatchRule, "form">): boolean => form === "pod-bearing" || form === "pod-bearing-or-kinds";

/** The matched kinds that hold no pod, of a check that is given pods: there, its `pod` is absent. */
export const kindsWithoutPod = ({ form, kinds }: MatchRule): readonly MatchedKind[] =>
  form === "pod-bearing-or-kinds" ? kinds.filter(({ apiVersion, kind }) => !podBearingKinds.some((row) => row.apiVersion === apiVersion && row.kind === kind)) : [];

/** Whether documents are judged for the flags of a component that they say. */
export const readsComponent = ({ component }: MatchRule): boolean => component !== undefined;

/** A control's check in the intermediate representation. */
export interface CheckIr {
  readonly id: string;
  readonly match: MatchRule;
  readonly clauses: readonly Clause[];
  /** Capabilities that the check reads, each with the first place where it does. */
  readonly capabilities: readonly { readonly name: CapabilityRoot | "lookup"; readonly span: Span }[];
}
