import type { EventSource } from "../events/event-field.ts";
import type { Span } from "../diagnostics/span.ts";
import type { Expression } from "./expressions.ts";

/** One rule of a detection. In its condition the root `object` is the event, and members of it are fields by their whole name. */
export interface DetectionRuleIr {
  /** The letter of the finding, where the detection has several rules. */
  readonly finding?: string;
  readonly condition: Expression;
  readonly span: Span;
}

/** A detection in the intermediate representation. */
export interface DetectionIr {
  readonly id: string;
  readonly source: EventSource;
  readonly rules: readonly DetectionRuleIr[];
}
