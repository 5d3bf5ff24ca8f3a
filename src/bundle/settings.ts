import type { ManifestControl, OpaSettings } from "../backends/opa/manifest.ts";
import type { Catalogue } from "./catalogue.ts";

/** Parameter values by control and name, as a target gives them. */
export type ParameterOverrides = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/**
 * What the engine is told: the selected controls, and the full parameter values of every control that has parameters. A target's
 * values go before those of profiles, and these before the control's defaults.
 */
export function settingsFor(catalogue: Catalogue, selected: readonly ManifestControl[], kubernetesMinor: number, overrides: ParameterOverrides = {}, ofProfiles: ParameterOverrides = {}): OpaSettings {
  const values = ({ id, parameters }: ManifestControl): Record<string, unknown> => ({
    // A control of somebody else's under the same id need not have the parameter that a profile sets.
    ...Object.fromEntries(Object.entries(parameters).map(([name, { default: value }]) => [name, Object.hasOwn(ofProfiles[id] ?? {}, name) ? ofProfiles[id]?.[name] : value])),
    ...overrides[id],
  });
  return {
    kubernetesMinor,
    controls: Object.fromEntries(selected.map(({ id }) => [id, true as const])),
    parameters: Object.fromEntries(catalogue.controls.filter(({ parameters }) => Object.keys(parameters).length > 0).map((control) => [control.id, values(control)])),
  };
}
