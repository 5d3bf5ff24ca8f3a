import type { Supplement } from "../cases/index.ts";
import type { Control } from "../dsl/control.ts";
import type { Detection } from "../dsl/detection.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { CheckIr } from "../ir/control.ts";
import type { DetectionIr } from "../ir/detection.ts";
import type { OpaSettings } from "./opa/manifest.ts";
import type { Rollout } from "./rollout.ts";

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

/** A detection after the passes, as backends get it. */
export interface CompiledDetection {
  readonly id: string;
  /** The folder under `policies/`. */
  readonly domain: string;
  /** Source file relative to the project's root, with forward slashes. */
  readonly source: string;
  /** Title, severity, parameters, cases and the rest, as the author gave them. */
  readonly detection: Detection;
  readonly ir: DetectionIr;
}

/** One file of a target, relative to the target's folder, with forward slashes. */
export interface EmittedFile {
  readonly path: string;
  readonly content: string | Uint8Array;
}

/** What a target says beside its controls. */
export interface TargetSettings {
  readonly name: string;
  /** The engine's version as the target gives it, `1.19`; undefined where it says none. */
  readonly engineVersion?: string;
  /** Where each selected control is in force. Backends whose output only reports read the exemptions alone. */
  readonly rollout: (control: string) => Rollout;
  readonly gatekeeper: GatekeeperOptions;
  /** Left out: parameters are written into the policies. */
  readonly kubernetes?: KubernetesOptions;
  /** Left out: policies for all of the cluster that only report. */
  readonly tetragon?: TetragonOptions;
}

/** What only Tetragon is told. */
export interface TetragonOptions {
  /** Ids of the detections that end the process which they report. */
  readonly kill?: readonly string[];
  /** The one namespace that the policies are for and in. */
  readonly namespace?: string;
}

/** What only the API server's own policies are told. */
export interface KubernetesOptions {
  /** Where the values of parameters stand: in the policies, or in a ConfigMap for each control. */
  readonly parameters: "inline" | "configMap";
  /** The namespace of the ConfigMaps. */
  readonly namespace: string;
}

/** What only Gatekeeper is told. */
export interface GatekeeperOptions {
  /** What the templates are written in. */
  readonly language: "rego" | "cel";
  /** Whether Gatekeeper makes ValidatingAdmissionPolicies of them. Only from CEL. */
  readonly generateVAP: boolean;
}

/** What a target asks of a backend. */
export interface EmitRequest {
  readonly controls: readonly CompiledControl[];
  /** What watches events; only backends of such engines read it. */
  readonly detections?: readonly CompiledDetection[];
  /** Which controls run, for which Kubernetes, with which parameters. */
  readonly settings: OpaSettings;
  /** What the target says beside that. */
  readonly target: TargetSettings;
  /** The text of a file that a span names. */
  readonly sourceOf: (file: string) => string | undefined;
  /** Objects for the branches of a control that none of its own decides, for the emitted tests. Left out: those hold its own alone. */
  readonly derived?: (control: CompiledControl) => readonly Supplement[];
  /** Which build of OPA's compiler to use, where Rego is compiled. */
  readonly compiler: "wasi" | "native" | "auto";
}

/** What became of one selected control. */
export interface EmittedControl {
  readonly control: string;
  readonly emitted: boolean;
  /** Why the control, or a part of what it judges, is not there. */
  readonly reason?: string;
  /** Paths of the files that hold it, without tests. */
  readonly files: readonly string[];
}

/** What a backend makes of the controls: files, every refusal at the author's line, and what the machine lacks. */
export interface Emission {
  readonly files: readonly EmittedFile[];
  /** Each selected control, in order of ids; left out where nothing could be emitted at all. */
  readonly controls?: readonly EmittedControl[];
  readonly diagnostics: readonly Diagnostic[];
  /** Why nothing could be emitted here, and what to do. */
  readonly faults: readonly string[];
  /** What whoever builds the target should know of all of it: a sentence each, printed as warnings. */
  readonly notes?: readonly string[];
}

/** Emits one engine's format. */
export interface Backend {
  readonly name: string;
  /** What its engine judges: objects, by controls, or events, by detections. */
  readonly judges: "objects" | "events";
  /** Whether an engine that watches events is also told, by the controls of objects, which stored ones to report. */
  readonly reportsObjects?: boolean;
  /** The engine versions that can read what it emits, both ends included, and what stands in the way of others. */
  readonly versions?: { readonly oldest?: string; readonly newest?: string; readonly because: string };
  readonly emit: (request: EmitRequest) => Promise<Emission>;
  /** What `emit` gives before OPA's compiler has seen it, for people who want to read it. Left out where `emit` asks no compiler. */
  readonly preview?: (request: EmitRequest) => Promise<Emission>;
}

/** JSON as emitted files hold it: two spaces, a line end at the end. */
export const jsonText = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;
