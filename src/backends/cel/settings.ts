import type { Cel } from "./syntax.ts";

/** A parameter whose value an engine gives with each request: out of a Constraint, or a ConfigMap. */
export interface GivenParameter {
  /**
   * CEL of type `dyn` that yields the whole value and never fails, as text or as a tree; null where none is given, and then the
   * target's value holds. It need not be tidy (see `controlExpressions`): null elements are skipped, numbers made one type. A
   * scalar or an element that cannot be read as its declared type fails the evaluation, which `failurePolicy: Fail` turns into
   * a refusal. What else the schema says (words, bounds, patterns, a map for a list) the engine has to hold the value to.
   */
  readonly expression: string | Cel;
  /** The declared JSON Schema, `control.parameters[name].schema`: what type the value is held to. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** Whether the expression is of the declared type for certain: never null, without null elements. It is then taken as it is. */
  readonly isTidy?: true;
}

/** A variable of the policy: computed at most once for a request, and only if something reads it. */
export interface PolicyVariable {
  readonly name: string;
  readonly expression: Cel;
}

/** What a target or a request says to one control. */
export interface ControlSettings {
  /** All values, in their JSON form. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly parameterValue?: (name: string) => GivenParameter | undefined;
  /** Variables that stand before all others, for what is given to read. */
  readonly variables?: readonly PolicyVariable[];
  /** The list of all objects of a kind, or of those in a namespace, for engines that can say it; others refuse a check that asks. */
  readonly lookup?: (kindName: string, namespace: Cel | undefined) => Cel | undefined;
  /** What the engine has for `oldObject` where there is none: null, or, as Kyverno, an empty map. */
  readonly absentOldObject?: "null" | "empty";
}

/** The parameters that are known when the policy is written. */
export const fixedParameters = ({ parameters, parameterValue }: ControlSettings): ControlSettings["parameters"] =>
  Object.fromEntries(Object.entries(parameters).filter(([name]) => parameterValue?.(name) === undefined));
