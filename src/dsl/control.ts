import type { authenticationv1, corev1, Kinds } from "../kubernetes/index.ts";
import type { ContextOf } from "./context.ts";
import type { KindName, Match } from "./match.ts";
import type { ParameterDeclarations, ParameterValues } from "./parameters.ts";

export const severities = ["info", "low", "medium", "high", "critical"] as const;
/** From least to worst. */
export type Severity = (typeof severities)[number];

/**
 * Framework ids that a control covers, each edition apart: the same number means another thing in another edition. An id that
 * belongs to one finding only ends in its letter: `"5.2.3(a)"`.
 */
export interface Frameworks {
  /** Check ids of Pod Security Admission. */
  readonly pss?: readonly string[];
  /** CIS Kubernetes Benchmark, by version. */
  readonly cis?: Readonly<Record<string, readonly string[]>>;
  /** NSA/CISA Kubernetes Hardening Guide, by version; our own slugs. */
  readonly nsa?: Readonly<Record<string, readonly string[]>>;
  /** OWASP Kubernetes Top Ten, by year. */
  readonly owasp?: Readonly<Record<string, readonly string[]>>;
  /** The hardening checklist that Portcullis started from. */
  readonly seed?: readonly string[];
}

/** A case that a control must judge as it says, in the plain run and in every engine. */
export interface PassCase<Object, Parameters> {
  /** What the case is about, when the object alone does not tell. */
  readonly name?: string;
  readonly object: Object;
  readonly parameters?: Partial<Parameters>;
  /** Kubernetes minor to judge for; the newest when left out. */
  readonly kubernetesMinor?: number;
  /** The set around the object, for controls that look up others. Of a kind that is not among them there is none. */
  readonly others?: readonly Kinds[KindName][];
  /** What is asked of the API server; CREATE when left out. */
  readonly operation?: "CREATE" | "UPDATE";
  /** The object before an UPDATE. */
  readonly oldObject?: Object;
  /** Who asks. */
  readonly user?: authenticationv1.UserInfo;
  /** The Namespace that the object is in. Engines' own runners are given none, so that the tests beside policies leave out such a case. */
  readonly namespace?: corev1.Namespace;
}

export interface FailCase<Object, Parameters, Finding extends string> extends PassCase<Object, Parameters> {
  /** The paths of all violations, in any order; with their finding where the control has findings. */
  readonly at: readonly ([Finding] extends [never] ? string : { readonly finding: Finding; readonly path: string })[];
}

type ObjectOf<M extends Match> = M extends Match<infer Name> ? Kinds[Name] : never;

/** What an author writes: one risk, the check that finds it, and what to do about it. */
export interface ControlDefinition<M extends Match, Declarations extends ParameterDeclarations, Finding extends string> {
  /** A demand, as a sentence without a full stop: "Containers must not be privileged". */
  readonly title: string;
  /** Why it matters, as an attacker would use it. */
  readonly description: string;
  readonly severity: Severity;
  readonly frameworks: Frameworks;
  /** Controls that need not run where this one does, each from a Kubernetes minor on where it depends on that. */
  readonly replaces?: readonly { readonly control: string; readonly sinceMinor?: number }[];
  /** Whether the profile `all` leaves it out: right for some clusters only, it runs where it is named or a framework asks for it. */
  readonly optIn?: true;
  readonly match: M;
  readonly parameters?: Declarations;
  /** The letters of the findings and what each one says, where one risk has several that are reported apart. */
  readonly findings?: Readonly<Record<Finding, string>>;
  readonly check: (context: ContextOf<M, ParameterValues<Declarations>, Finding>) => void;
  /** What to change, in the imperative. */
  readonly remediation: string;
  readonly pass: readonly PassCase<ObjectOf<M>, ParameterValues<Declarations>>[];
  readonly fail: readonly FailCase<ObjectOf<M>, ParameterValues<Declarations>, Finding>[];
}

/** A control with its types forgotten, as the compiler and the runners handle it. Its id is the name of its file. */
export interface Control {
  readonly title: string;
  readonly description: string;
  readonly severity: Severity;
  readonly frameworks: Frameworks;
  readonly replaces: readonly { readonly control: string; readonly sinceMinor?: number }[];
  readonly optIn?: true;
  readonly match: Match<KindName>;
  readonly parameters: ParameterDeclarations;
  readonly findings: Readonly<Record<string, string>>;
  readonly check: (context: never) => void;
  readonly remediation: string;
  readonly pass: readonly PassCase<unknown, Record<string, unknown>>[];
  readonly fail: readonly { readonly name?: string; readonly object: unknown; readonly parameters?: Record<string, unknown>; readonly kubernetesMinor?: number; readonly others?: readonly Kinds[KindName][]; readonly operation?: "CREATE" | "UPDATE"; readonly oldObject?: unknown; readonly user?: authenticationv1.UserInfo; readonly namespace?: corev1.Namespace; readonly at: readonly (string | { readonly finding: string; readonly path: string })[] }[];
}

/** Declares a control; the default export of a file in `policies/`. */
export function defineControl<const M extends Match, const Declarations extends ParameterDeclarations = Record<never, never>, const Finding extends string = never>(
  definition: ControlDefinition<M, Declarations, Finding>,
): Control {
  return { replaces: [], parameters: {}, findings: {}, ...definition } as unknown as Control;
}
