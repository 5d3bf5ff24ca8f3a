import type { Control } from "../dsl/control.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { CheckIr } from "../ir/control.ts";

/** A control after the passes, as backends get it. */
export interface CompiledControl {
  readonly id: string;
  /** The folder under `policies/`. */
  readonly domain: string;
  /** Source file relative to the project's root, with forward slashes, for the header of what is emitted. */
  readonly source: string;
  /** Title, severity, parameters and the rest, as the author gave them. */
  readonly control: Control;
  readonly check: CheckIr;
}

/** One file of a target, relative to the target's folder, with forward slashes. */
export interface EmittedFile {
  readonly path: string;
  readonly content: string | Uint8Array;
}

/** What a backend makes of the controls: files, and every refusal at the author's line. */
export interface Emission {
  readonly files: readonly EmittedFile[];
  readonly diagnostics: readonly Diagnostic[];
}
