import type { Frameworks } from "../dsl/control.ts";

/** A named choice of controls, made from what the controls say of themselves. */
export interface Profile {
  readonly name: string;
  readonly title: string;
  readonly includes: (control: { readonly frameworks: Frameworks; readonly optIn?: boolean }) => boolean;
  /** Where the framework asks for another value of a parameter than the control's default: by control and name. A target's own values go before. */
  readonly parameters?: ProfileParameters;
}

/** Values of parameters by control and name. */
export type ProfileParameters = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** The check ids of Pod Security Admission at level baseline; restricted adds seven. */
export const baselineChecks: readonly string[] = [
  "privileged",
  "hostNamespaces",
  "hostPathVolumes",
  "hostPorts",
  "hostProbesAndHostLifecycle",
  "appArmorProfile",
  "capabilities_baseline",
  "procMount",
  "seLinuxOptions",
  "seccompProfile_baseline",
  "sysctls",
  "windowsHostProcess",
];

const maps = (ids: readonly string[] | undefined): boolean => ids !== undefined && ids.length > 0;

/** The profiles, in the order in which they are shown. */
export const profiles: readonly Profile[] = [
  { name: "pss-baseline", title: "Pod Security Standards, level baseline", includes: ({ frameworks }) => (frameworks.pss ?? []).some((id) => baselineChecks.includes(id)) },
  { name: "pss-restricted", title: "Pod Security Standards, level restricted", includes: ({ frameworks }) => maps(frameworks.pss) },
  { name: "nsa-cisa-1.2", title: "NSA/CISA Kubernetes Hardening Guide 1.2", includes: ({ frameworks }) => maps(frameworks.nsa?.["1.2"]), parameters: { "container-resources": { cpuLimit: "required" } } },
  { name: "cis-1.12", title: "CIS Kubernetes Benchmark 1.12", includes: ({ frameworks }) => maps(frameworks.cis?.["1.12"]), parameters: { "audit-log-rotation": { absent: "fail" }, "etcd-data-directory": { owners: ["etcd:etcd"] } } },
  { name: "owasp-2022", title: "OWASP Kubernetes Top Ten 2022", includes: ({ frameworks }) => maps(frameworks.owasp?.["2022"]) },
  { name: "owasp-2025", title: "OWASP Kubernetes Top Ten 2025", includes: ({ frameworks }) => maps(frameworks.owasp?.["2025"]) },
  { name: "seed", title: "The hardening checklist that Portcullis started from", includes: ({ frameworks }) => maps(frameworks.seed), parameters: { "pod-security-versions": { style: "any" } } },
  { name: "all", title: "Every control, but those that are right for some clusters only", includes: ({ optIn }) => optIn !== true },
];

/** The profile that runs where nobody names one. */
export const defaultProfile = "all";
