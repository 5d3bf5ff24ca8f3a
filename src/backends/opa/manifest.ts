import type { Frameworks, Severity } from "../../dsl/control.ts";
import type { FindingLookups } from "../../ir/lookups.ts";
import type { FindingNeeds } from "../../ir/needs.ts";
import type { MatchRule } from "../../ir/control.ts";
import type { Exemption } from "../rollout.ts";

/** Settings that the policy reads from `data.settings` at evaluation. */
export interface OpaSettings {
  /** The minor of the Kubernetes that verdicts are for: 37 for 1.37. */
  readonly kubernetesMinor: number;
  /** The controls that run, as keys; the policy asks for membership only. */
  readonly controls: Readonly<Record<string, true>>;
  /** Full parameter values of each control that has parameters. */
  readonly parameters: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** By control, what it does not judge. `check` leaves this out: it judges all, and tells what was exempted. */
  readonly exemptions?: Readonly<Record<string, readonly Exemption[]>>;
}

/** What `check`, `list` and `explain` know of a control without its TypeScript. */
export interface ManifestControl {
  readonly id: string;
  /** The folder under `policies/`. */
  readonly domain: string;
  readonly title: string;
  readonly description: string;
  readonly severity: Severity;
  readonly frameworks: Frameworks;
  readonly remediation: string;
  readonly findings: Readonly<Record<string, string>>;
  readonly replaces: readonly { readonly control: string; readonly sinceMinor?: number }[];
  /** Whether the profile `all` leaves it out; left out of manifests where it does not. */
  readonly optIn?: true;
  readonly match: MatchRule;
  /** By name: what it is for, its JSON Schema, its default. */
  readonly parameters: Readonly<Record<string, { readonly description: string; readonly default: unknown; readonly schema: Readonly<Record<string, unknown>> }>>;
  /** Inputs beyond the object that the check reads; where one is missing the control is not evaluated. */
  readonly capabilities: readonly string[];
  /** What its findings read of the request, by their letters; left out of manifests where no finding reads more than the object and the operation. */
  readonly needs?: readonly FindingNeeds[];
  /** What its findings look up in the set of objects, by their letters; left out of manifests where no finding does. */
  readonly lookups?: readonly FindingLookups[];
}

/** `golden/opa/manifest.json`: everything that evaluating `policy.wasm` needs to know. */
export interface OpaManifest {
  readonly entrypoint: string;
  readonly opaVersion: string;
  /** The SHA-256 of the Rego that the module was compiled from. */
  readonly rego: string;
  /** Kubernetes minors that the controls know. */
  readonly kubernetes: { readonly oldest: number; readonly newest: number };
  readonly controls: readonly ManifestControl[];
}

/** The entrypoint of the compiled policy: a set of `{control, path, message}`, with `finding` where the control has findings. */
export const entrypoint = "portcullis/violations";
