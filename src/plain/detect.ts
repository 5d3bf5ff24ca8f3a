import type { Detection, Rule } from "../dsl/detection.ts";
import { auditFields } from "../events/audit-fields.ts";
import { defaultParameters } from "./judge.ts";

/** What a detection reports of one event. */
export interface Alert {
  readonly control: string;
  /** The letter of the finding, where the detection has several rules. */
  readonly finding?: string;
  readonly title: string;
  /** The fields that the rule tells, as they stand in the event; those without a value are left out. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** What a detection is asked. An event of the audit log is as the API server writes it, one of a system call is its fields by name. */
export interface EventRequest {
  readonly event: Readonly<Record<string, unknown>>;
  /** Values that replace the defaults of the detection's parameters. */
  readonly parameters?: Readonly<Record<string, unknown>>;
}

/** Runs a detection's TypeScript as it stands. This run is the specification: what is emitted must report the same events. */
export function detect(detection: Detection, id: string, { event: given, parameters }: EventRequest): Alert[] {
  const event = detection.source === "k8s_audit" ? auditFields(given) : withoutNulls(given);
  const context = { event, parameters: { ...defaultParameters(detection), ...parameters } };
  return detection.rules
    .filter(({ when }) => when(context as never))
    .map((rule) => alertOf(rule, id, event));
}

/** What a rule tells of an event that it fires for. */
export function alertOf({ fields, finding, title }: Rule, id: string, event: Readonly<Record<string, unknown>>): Alert {
  const told = fields.flatMap((name) => (event[name] === undefined ? [] : [[name, event[name]] as const]));
  return { control: id, ...(finding === undefined ? {} : { finding }), title, fields: Object.fromEntries(told) };
}

/** A field that is null has no value. */
function withoutNulls(event: EventRequest["event"]): Readonly<Record<string, unknown>> {
  const fields = Object.create(null) as Record<string, unknown>;
  for (const [name, value] of Object.entries(event)) if (value !== null) fields[name] = value;
  return fields;
}
