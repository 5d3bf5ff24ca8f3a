import type { CompiledControl } from "../backends/backend.ts";
import { describeControls } from "../backends/opa/describe-controls.ts";
import type { OpaSettings } from "../backends/opa/manifest.ts";
import { selectControls } from "../profiles/selection.ts";
import { settingsFor } from "./settings.ts";
import type { Target } from "./target.ts";
import { minorOf } from "./target-validation.ts";

/** Which controls a target selects, for which Kubernetes, with which parameters. */
export function settingsOf({ spec }: Target, controls: readonly CompiledControl[]): OpaSettings {
  const catalogue = describeControls(controls);
  const kubernetesMinor = minorOf(spec.kubernetesVersion) ?? catalogue.kubernetes.newest;
  const { controls: chosen } = selectControls(catalogue.controls, { ...spec.select, kubernetesMinor });
  const selected = catalogue.controls.filter(({ id }) => chosen.some((control) => control.id === id));
  return settingsFor(catalogue, selected, kubernetesMinor, spec.parameters);
}
