import type { EventSource } from "../events/event-field.ts";
import type { AuditEvent } from "../events/generated/audit-event.ts";
import type { SyscallEvent } from "../events/generated/syscall-event.ts";
import type { Frameworks, Severity } from "./control.ts";
import type { ParameterDeclarations, ParameterValues } from "./parameters.ts";

/** Where the events of a detection come from. Made by `syscalls()` and `auditLog()`. */
export interface Source<Name extends EventSource = EventSource> {
  readonly name: Name;
}

/** System calls on the nodes. */
export const syscalls = (): Source<"syscall"> => ({ name: "syscall" });

/** Requests to the API server, from its audit log. */
export const auditLog = (): Source<"k8s_audit"> => ({ name: "k8s_audit" });

/** An event of a source, as conditions read it. */
export type EventOf<Name extends EventSource> = Name extends "syscall" ? SyscallEvent : AuditEvent;

/** A name that an event has for sure, or one with an argument: `proc.name`, `proc.aname[2]`. */
type FieldName<Name extends EventSource> = keyof EventOf<Name> & string;

/** What a condition is given. */
export interface DetectionContext<Name extends EventSource, Parameters> {
  readonly event: EventOf<Name>;
  readonly parameters: Parameters;
}

/** When to report, and what to say. */
export interface DetectionRule<Name extends EventSource, Parameters> {
  /** What happened, as a sentence without a full stop: "A shell was started in a container". */
  readonly title: string;
  readonly when: (context: DetectionContext<Name, Parameters>) => boolean;
  /** What to tell of the event beside the title. */
  readonly fields: readonly FieldName<Name>[];
}

/** An event that a rule must report, or must not. An event of the audit log is written as the API server logs it. */
export interface EventCase<Name extends EventSource, Parameters> {
  readonly name: string;
  readonly event: Name extends "syscall" ? SyscallEvent : Readonly<Record<string, unknown>>;
  readonly parameters?: Partial<Parameters>;
}

interface Detecting<Name extends EventSource, Declarations extends ParameterDeclarations> {
  readonly title: string;
  /** Why it matters: what an attacker does when this shows. */
  readonly description: string;
  readonly severity: Severity;
  readonly frameworks: Frameworks;
  /** Technique ids of MITRE ATT&CK: `T1059`. */
  readonly techniques?: readonly string[];
  readonly source: Source<Name>;
  readonly parameters?: Declarations;
  /** What to do when it fires, in the imperative. */
  readonly response: string;
  /** Noisy neighbours: events of well-behaved software that no rule may report. */
  readonly quiet: readonly EventCase<Name, ParameterValues<Declarations>>[];
}

/** What an author writes: one risk, seen at run time. It has one rule, or several that are reported apart, by the letter of a finding. */
export type DetectionDefinition<Name extends EventSource, Declarations extends ParameterDeclarations, Finding extends string> = Detecting<Name, Declarations> &
  (
    | (Pick<DetectionRule<Name, ParameterValues<Declarations>>, "when" | "fields"> & { readonly fires: readonly EventCase<Name, ParameterValues<Declarations>>[] })
    | {
        readonly rules: Readonly<Record<Finding, DetectionRule<Name, ParameterValues<Declarations>>>>;
        /** Events that must be reported, by exactly the findings that are named. */
        readonly fires: readonly (EventCase<Name, ParameterValues<Declarations>> & { readonly findings: readonly Finding[] })[];
      }
  );

/** A rule with its types forgotten. */
export interface Rule {
  /** The letter of the finding, where the detection has several rules. */
  readonly finding?: string;
  readonly title: string;
  readonly when: (context: never) => boolean;
  readonly fields: readonly string[];
}

/** A case with its types forgotten. */
export interface EventFixture {
  readonly name: string;
  readonly event: Readonly<Record<string, unknown>>;
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** The findings that it must be reported by; none for a quiet event, and `undefined` stands for the rule without a letter. */
  readonly findings: readonly (string | undefined)[];
}

/** A detection as the compiler and the runners handle it. Its id is the name of its file. */
export interface Detection {
  readonly kind: "detection";
  readonly title: string;
  readonly description: string;
  readonly severity: Severity;
  readonly frameworks: Frameworks;
  readonly techniques: readonly string[];
  readonly source: EventSource;
  readonly parameters: ParameterDeclarations;
  readonly response: string;
  readonly rules: readonly Rule[];
  readonly cases: readonly EventFixture[];
}

/**
 * Declares a detection: the default export of a file in `policies/`, or the export `detection` of a control's file, whose risk
 * it watches at run time.
 */
export function defineDetection<Name extends EventSource, const Declarations extends ParameterDeclarations = Record<never, never>, const Finding extends string = never>(
  definition: DetectionDefinition<Name, Declarations, Finding>,
): Detection {
  const { title, description, severity, frameworks, techniques = [], source, parameters = {}, response, quiet } = definition;
  const rules: readonly Rule[] =
    "rules" in definition
      ? Object.entries<DetectionRule<Name, ParameterValues<Declarations>>>(definition.rules).map(([finding, rule]) => ({ finding, title: rule.title, when: rule.when as Rule["when"], fields: rule.fields }))
      : [{ title, when: definition.when as Rule["when"], fields: definition.fields }];
  const fires: readonly EventFixture[] = "rules" in definition ? (definition.fires as unknown as readonly EventFixture[]) : definition.fires.map((each) => ({ ...(each as unknown as EventFixture), findings: [undefined] }));
  const silent = quiet.map((each) => ({ ...(each as unknown as EventFixture), findings: [] }));
  return { kind: "detection", title, description, severity, frameworks, techniques, source: source.name, parameters, response, rules, cases: [...fires, ...silent] };
}
