import type { CompiledControl, CompiledDetection } from "../backends/backend.ts";
import { describeControls } from "../backends/opa/describe-controls.ts";
import type { OpaSettings } from "../backends/opa/manifest.ts";
import type { Rollout } from "../backends/rollout.ts";
import { selectControls } from "../profiles/selection.ts";
import type { Catalogue } from "./catalogue.ts";
import { describeDetections, selectable } from "./detections.ts";
import { rolloutOf } from "./rollout.ts";
import { settingsFor } from "./settings.ts";
import type { Target } from "./target.ts";
import { minorOf } from "./target-validation.ts";

/** Which controls a target selects, for which Kubernetes, with which parameters. */
export function settingsOf({ spec }: Target, controls: readonly CompiledControl[], detections: readonly CompiledDetection[] = []): OpaSettings {
  const catalogue = catalogueFor(spec.backend, controls, detections);
  const kubernetesMinor = minorOf(spec.kubernetesVersion) ?? catalogue.kubernetes.newest;
  const { controls: chosen, parameters } = selectControls(catalogue.controls, { ...spec.select, kubernetesMinor });
  const selected = catalogue.controls.filter(({ id }) => chosen.some((control) => control.id === id));
  return settingsFor(catalogue, selected, kubernetesMinor, spec.parameters, parameters);
}

/** Where a target has each of the controls that it selects in force. The function throws for others. */
export function rolloutsOf(target: Target, controls: readonly CompiledControl[], detections: readonly CompiledDetection[] = []): (control: string) => Rollout {
  const settings = settingsOf(target, controls, detections);
  const selected = catalogueFor(target.spec.backend, controls, detections).controls.filter(({ id }) => settings.controls[id] === true);
  const rollouts = new Map(selected.map((control) => [control.id, rolloutOf(target.spec, control)]));
  return (id) => {
    const found = rollouts.get(id);
    if (found === undefined) throw new Error(`the target does not select ${id}`);
    return found;
  };
}

/** What a target of a backend selects from. */
function catalogueFor(backend: Target["spec"]["backend"], controls: readonly CompiledControl[], detections: readonly CompiledDetection[]): Catalogue {
  const described = describeControls(controls);
  return { ...described, controls: selectable(backend, { ...described, detections: describeDetections(detections) }) };
}
