import type { Exemption, Stage } from "../backends/rollout.ts";

/** How far admission goes for some of the controls, everywhere or in some namespaces. Names at least one control or profile. */
export interface StageEntry {
  readonly stage: Stage;
  readonly profiles?: readonly string[];
  readonly controls?: readonly string[];
  /** Globs of namespace names, see `namespaceGlob`. Left out: everywhere. */
  readonly namespaces?: readonly string[];
}

/** What some of the controls do not judge. */
export interface ExemptionEntry extends Exemption {
  readonly controls: readonly string[];
}

/** What a target file says, after it has been validated. The fields of the full format that are not served yet are refused. */
export interface Target {
  readonly apiVersion: "portcullis.dev/v1";
  readonly kind: "Target";
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly backend: "falco" | "gatekeeper" | "kubernetes" | "kyverno" | "kyverno-legacy" | "opa" | "tetragon";
    /** `1.22` */
    readonly engineVersion?: string;
    /** `1.37` */
    readonly kubernetesVersion?: string;
    readonly select?: { readonly profiles?: readonly string[]; readonly controls?: readonly string[]; readonly exclude?: readonly string[] };
    /** How far admission goes: `audit` where nothing is said. */
    readonly stage?: Stage;
    /** Where admission goes further than that. Where several hold, the strictest decides. */
    readonly stages?: readonly StageEntry[];
    readonly exemptions?: readonly ExemptionEntry[];
    /** What only Gatekeeper is told: `rego` where nothing is said. */
    readonly gatekeeper?: { readonly language?: "rego" | "cel"; readonly generateVAP?: boolean };
    /** What only the API server's own policies are told: parameters stand in them where nothing is said, ConfigMaps in `portcullis`. */
    readonly kubernetes?: { readonly parameters?: "inline" | "configMap"; readonly namespace?: string };
    /** What only Tetragon is told: policies are for the whole cluster and only report where nothing is said. */
    readonly tetragon?: { readonly kill?: readonly string[]; readonly namespace?: string };
    /** Values by control and parameter; those left out keep their defaults. */
    readonly parameters?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  };
}

/** What is wrong with a target, or worth knowing of it, and where: at the value that the path leads to, or at the key that ends the path. */
export interface TargetFault {
  readonly path: readonly (string | number)[];
  readonly at: "key" | "value";
  readonly message: string;
}
