import type { CompiledControl, CompiledDetection, Emission } from "../backends/backend.ts";
import { emittedFaults } from "../backends/engine-schemas/validate-emitted.ts";
import { backends } from "../backends/index.ts";
import type { CaseBook } from "./case-book.ts";
import type { Target } from "./target.ts";
import { rolloutsOf, settingsOf } from "./target-settings.ts";

/**
 * The files of one target, from controls that compiled without errors and a target that was validated against them. Documents that
 * do not fit the schema of the engine that the target names are faults. What stands in its tests beside the controls' own objects is
 * looked up in `cases`.
 */
export async function buildTarget(target: Target, controls: readonly CompiledControl[], compiler: "wasi" | "native" | "auto", sourceOf: (file: string) => string | undefined, cases: Pick<CaseBook, "derivedFor">, detections: readonly CompiledDetection[] = []): Promise<Emission> {
  const backend = backends.find(({ name }) => name === target.spec.backend);
  if (backend === undefined) throw new Error(`no backend ${target.spec.backend}: the target was not validated`);
  const settings = settingsOf(target, controls, detections);
  const { engineVersion, gatekeeper, kubernetes, tetragon } = target.spec;
  const emission = await backend.emit({
    controls,
    detections,
    settings,
    compiler,
    sourceOf,
    derived: (control) => cases.derivedFor(control, settings),
    target: {
      name: target.metadata.name,
      ...(engineVersion === undefined ? {} : { engineVersion }),
      rollout: rolloutsOf(target, controls, detections),
      gatekeeper: { language: "rego", generateVAP: false, ...gatekeeper },
      kubernetes: { parameters: "inline", namespace: "portcullis", ...kubernetes },
      ...(tetragon === undefined ? {} : { tetragon }),
    },
  });
  if (emission.faults.length > 0 || emission.diagnostics.some(({ severity }) => severity === "error")) return emission;
  const version = engineVersion ?? (backend.name === "kubernetes" ? target.spec.kubernetesVersion : undefined);
  return { ...emission, faults: emittedFaults(backend, version, emission.files) };
}
