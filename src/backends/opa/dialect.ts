import { newestMinor } from "../../kubernetes/minors.ts";

/** Under which names Rego is given what it reads, and gives what it finds: OPA alone and Gatekeeper differ in it. */
export interface RegoDialect {
  /** What holds the members of a request: `object`, `oldObject`, `operation`, `userInfo`, `namespaceObject`. */
  readonly request: string;
  /** The set of a control's rules: `{path, message}`, with `finding` where the control has findings. */
  readonly violations: string;
  /** Names of the control's package that are written by other hands than the printer's. */
  readonly names: readonly string[];
  /** The line with which a control's package imports the library, as `lib`. */
  readonly libraryImport: string;
  /** Whether the Rego is compiled to WASM, where a rule had better have a value. */
  readonly wasm: boolean;
  /** Whether whole numbers of the input come as floats, whose text is `1e+06` from a million on. */
  readonly floats: boolean;
  /** The rules of the library with the other objects: `objects(api_version, kind)` and `objects_in(api_version, kind, namespace)`, lists both. */
  readonly inventory: { readonly all: string; readonly inNamespace: string };
  /** The rule of the library with the Kubernetes minor, whose name is `kubernetes_minor`. */
  readonly kubernetesMinor: string;
}

/** Rego that OPA evaluates by itself: the settings of a target are data beside it. */
export const opaDialect: RegoDialect = {
  request: "input",
  violations: "violation",
  names: [],
  libraryImport: "import data.portcullis.lib",
  wasm: true,
  floats: false,
  inventory: {
    all: "objects(api_version, kind) := [object |\n\tsome list in data.inventory[api_version][kind]\n\tsome object in list\n]",
    inNamespace: "objects_in(api_version, kind, namespace) := [object | some object in data.inventory[api_version][kind][namespace]]",
  },
  kubernetesMinor: `# The minor version of the Kubernetes that the verdict is for: 37 for 1.37.\ndefault kubernetes_minor := ${newestMinor}\n\nkubernetes_minor := data.settings.kubernetesMinor`,
};
