import { judge } from "../plain/judge.ts";
import type { Violation } from "../plain/violation.ts";
import type { CompiledControl } from "./backend.ts";
import type { OpaSettings } from "./opa/manifest.ts";

/** An object with what a control must say of it under a target's settings, for the tests that are emitted beside a policy. */
export interface NativeCase {
  /** Unique within its control: `pass-1`, `fail-2`; what its author called it stands in `about`. */
  readonly name: string;
  readonly about?: string;
  readonly object: Readonly<Record<string, unknown>>;
  /** By the plain run, which is the specification. */
  readonly violations: readonly Violation[];
}

/**
 * The control's own objects, judged anew for a target: its parameters and its Kubernetes minor may turn a verdict, and then the
 * case is named for what it is here. Objects that need other parameters or another minor to say something are kept too.
 */
export function nativeCases({ id, control }: CompiledControl, settings: Pick<OpaSettings, "kubernetesMinor" | "parameters">): readonly NativeCase[] {
  const counts = { pass: 0, fail: 0 };
  return [...control.pass, ...control.fail].map(({ name, object }) => {
    const violations = judge(control, id, { object, parameters: settings.parameters[id] ?? {}, kubernetesMinor: settings.kubernetesMinor });
    const verdict = violations.length === 0 ? "pass" : "fail";
    counts[verdict] += 1;
    return { name: `${verdict}-${counts[verdict]}`, ...(name === undefined ? {} : { about: name }), object: object as NativeCase["object"], violations };
  });
}
