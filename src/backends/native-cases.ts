import type { OwnCase } from "../cases/index.ts";
import { judge } from "../plain/judge.ts";
import type { Violation } from "../plain/violation.ts";
import { printable } from "../text/printable.ts";
import type { CompiledControl, EmitRequest } from "./backend.ts";
import type { OpaSettings } from "./opa/manifest.ts";

type ApiObject = Readonly<Record<string, unknown>>;

/** An object with what a control must say of it under a target's settings, for the tests that are emitted beside a policy. */
export interface NativeCase {
  /** Unique within its control: `pass-1`, `fail-2`, `derived-fail-1`; what its author called it, or the branch that it decides, stands in `about`. */
  readonly name: string;
  readonly about?: string;
  readonly object: Readonly<Record<string, unknown>>;
  /** The set around it; empty where the control looks at nothing else. */
  readonly others: readonly ApiObject[];
  /** What the control reads of the request around it; left out where it reads the object alone. */
  readonly asked?: AskedFor;
  /** By the plain run, which is the specification. */
  readonly violations: readonly Violation[];
}

/** What stands in a request beside the object, as far as a control reads it. */
export interface AskedFor {
  readonly operation: "CREATE" | "UPDATE";
  readonly oldObject?: ApiObject;
  readonly user?: ApiObject;
}

/** Whether a request to create the object, whoever asks, is what the case is about: all that a runner can say that is given objects alone. */
export const isPlain = ({ asked }: Pick<NativeCase, "asked">): boolean => asked === undefined || (asked.operation === "CREATE" && asked.user === undefined);

/** What decides which cases a control has: the target's settings, and what was derived beside the control's own objects. */
export interface CaseSource extends Pick<EmitRequest, "derived"> {
  readonly settings: Pick<OpaSettings, "kubernetesMinor" | "parameters">;
}

/**
 * The control's own objects, judged anew for a target: its parameters and its Kubernetes minor may turn a verdict, and then the
 * case is named for what it is here. Objects that need other parameters or another minor to say something are kept too. Behind
 * them stand the derived objects, for the branches that none of the control's own decides.
 */
export function nativeCases(compiled: CompiledControl, { derived, settings }: CaseSource): readonly NativeCase[] {
  const { check, control, id } = compiled;
  const looksUp = check.capabilities.some(({ name }) => name === "lookup");
  const readsRequest = check.capabilities.some(({ name }) => name === "operation" || name === "oldObject" || name === "user");
  const counts = new Map<string, number>();
  const judged = (prefix: string, { object, oldObject, operation = "CREATE", others = [], user }: OwnCase, about: string | undefined): NativeCase => {
    const asked = { operation, ...(oldObject === undefined ? {} : { oldObject: oldObject as ApiObject }), ...(user === undefined ? {} : { user: user as ApiObject }) };
    const violations = judge(control, id, { object, ...asked, others, parameters: settings.parameters[id] ?? {}, kubernetesMinor: settings.kubernetesMinor });
    const verdict = `${prefix}${violations.length === 0 ? "pass" : "fail"}`;
    const count = (counts.get(verdict) ?? 0) + 1;
    counts.set(verdict, count);
    return { name: `${verdict}-${count}`, ...(about === undefined ? {} : { about }), object: object as NativeCase["object"], others: looksUp ? (others as NativeCase["others"]) : [], ...(readsRequest ? { asked } : {}), violations };
  };
  return [
    ...shownCases(control).map(({ name, ...each }) => judged("", each, name)),
    ...(derived?.(compiled) ?? []).map(({ decides: [branch = ""], name, ...each }) => judged("derived-", each, branch === name ? name : `${branch}: ${name}`)),
  ];
}

/** The control's own cases that engines' runners can be shown: they are given no Namespace with labels. */
export const shownCases = ({ fail, pass }: CompiledControl["control"]): CompiledControl["control"]["pass"] => [...pass, ...fail].filter(({ namespace }) => namespace === undefined);

/** What objects are there for, a line of a comment each, where a runner's own file has no place for it. */
export const aboutLines = (rows: readonly { readonly name: string; readonly about?: string }[]): readonly string[] => rows.flatMap(({ about, name }) => (about === undefined ? [] : [printable(`${name}: ${about}`)]));
