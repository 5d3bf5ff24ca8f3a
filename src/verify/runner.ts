import type { CompiledControl, CompiledDetection, EmitRequest, EmittedFile } from "../backends/backend.ts";
import type { OpaSettings } from "../backends/opa/manifest.ts";
import type { Rollout } from "../backends/rollout.ts";

/** A built target on disk, and what it was built from. */
export interface Bundle extends Pick<EmitRequest, "derived"> {
  readonly target: string;
  readonly backend: string;
  /** Where the files lie. */
  readonly folder: string;
  readonly files: readonly EmittedFile[];
  /** The controls that the target selects, those that its backend cannot express included. */
  readonly controls: readonly CompiledControl[];
  /** The same of detections, for a backend whose engine judges events. */
  readonly detections?: readonly CompiledDetection[];
  readonly settings: OpaSettings;
  /** Where each control is in force. */
  readonly rollout: (control: string) => Rollout;
}

/** What a runner said of one control. */
export interface ControlOutcome {
  readonly control: string;
  /** How many of the control's cases the engine was asked. */
  readonly cases: number;
  /** One sentence for each case where the engine says something else than the plain run. */
  readonly disagreements: readonly string[];
}

/** What a runner said of a bundle. */
export interface RunnerReport {
  readonly outcomes: readonly ControlOutcome[];
  /** What went wrong besides verdicts: a runner that ended early, a row that no control owns, a test that was left out. */
  readonly faults: readonly string[];
  /** What could not be asked, and why; nothing is proven of it. */
  readonly notes?: readonly string[];
}

/** An engine that judges the bundles of some backends, each by its own tests or cases. */
export interface Runner {
  readonly name: string;
  readonly backends: readonly string[];
  /** The command that it needs on the PATH; none where Node alone will do. */
  readonly command?: string;
  /** Another command without which the first cannot run. */
  readonly companion?: string;
  /** What says the command's version. */
  readonly versionArguments?: readonly string[];
  readonly run: (bundle: Bundle, command: string, companion?: string) => Promise<RunnerReport>;
}

/** Gathers the outcomes of single cases, control by control. */
export class Tally {
  readonly #cases = new Map<string, number>();
  readonly #disagreements = new Map<string, string[]>();

  /** Counts a case; `disagreement` says how the engine differs. */
  add(control: string, disagreement?: string): void {
    this.#cases.set(control, (this.#cases.get(control) ?? 0) + 1);
    if (disagreement !== undefined) this.#disagreements.set(control, [...(this.#disagreements.get(control) ?? []), disagreement]);
  }

  /** The outcomes in the order of the controls' ids. A control that has fewer cases than it must disagrees by that alone. */
  outcomes(expected: ReadonlyMap<string, number>): ControlOutcome[] {
    return [...new Set([...expected.keys(), ...this.#cases.keys()])].sort().map((control) => {
      const cases = this.#cases.get(control) ?? 0;
      const wanted = expected.get(control) ?? 0;
      const missing = cases === wanted ? [] : [`the engine answered ${cases} of ${wanted} cases`];
      return { control, cases, disagreements: [...(this.#disagreements.get(control) ?? []), ...missing] };
    });
  }
}
