import type { Backend, CompiledControl, CompiledDetection, Emission } from "../backends/backend.ts";
import { describeControls } from "../backends/opa/describe-controls.ts";
import { describeDetections, selectable } from "./detections.ts";
import { defaultStage } from "./rollout.ts";
import { settingsFor } from "./settings.ts";
import type { Target } from "./target.ts";

/**
 * What a backend makes of all of the controls, or detections, where no target says anything: for the newest Kubernetes, with default parameters,
 * in force everywhere at the default stage. For people to read; nothing of it is delivered.
 */
export function preview(backend: Backend, controls: readonly CompiledControl[], sourceOf: (file: string) => string | undefined, detections: readonly CompiledDetection[] = []): Promise<Emission> {
  const described = describeControls(controls);
  const catalogue = { ...described, controls: selectable(backend.name as Target["spec"]["backend"], { ...described, detections: describeDetections(detections) }) };
  const settings = settingsFor(catalogue, catalogue.controls, catalogue.kubernetes.newest);
  const target = { name: backend.name, rollout: () => ({ placements: [{ stage: defaultStage }], exemptions: [] }), gatekeeper: { language: "rego", generateVAP: false } as const };
  return (backend.preview ?? backend.emit)({ controls, detections, settings, target, sourceOf, compiler: "auto" });
}
