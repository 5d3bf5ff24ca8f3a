import type { CompiledControl, EmitRequest, EmittedFile, TargetSettings } from "../../src/backends/backend.ts";
import { backends } from "../../src/backends/index.ts";
import type { OpaSettings } from "../../src/backends/opa/manifest.ts";
import { defaultParameters, newestMinor } from "../../src/plain/judge.ts";
import { targetSettings } from "../target-settings.ts";
import { textsOf } from "./project.ts";

/** A target's values for the parameters of the hostile controls: the texts themselves, another one first. */
export function hostileSettings(controls: readonly CompiledControl[]): OpaSettings {
  const values = (control: CompiledControl): Record<string, unknown> => {
    const [first = "", ...others] = textsOf(control);
    if (others.length === 0) return defaultParameters(control.control);
    return { word: others.at(-1) ?? first, words: [...others, first] };
  };
  return { kubernetesMinor: newestMinor, controls: Object.fromEntries(controls.map(({ id }) => [id, true as const])), parameters: Object.fromEntries(controls.map((control) => [control.id, values(control)])) };
}

/** What a registered backend is asked for hostile controls. */
export const hostileRequest = (controls: readonly CompiledControl[], target: Partial<TargetSettings> = {}): EmitRequest => ({ controls, settings: hostileSettings(controls), target: targetSettings("enforce", target), sourceOf: () => undefined, compiler: "auto" });

/** The files that a registered backend emits for hostile controls, without a compiler of its own. Throws where it refuses one. */
export async function emittedBy(name: string, controls: readonly CompiledControl[], target: Partial<TargetSettings> = {}): Promise<readonly EmittedFile[]> {
  const backend = backends.find((each) => each.name === name);
  if (backend === undefined) throw new Error(`there is no backend ${name}`);
  const { diagnostics, faults, files } = await (backend.preview ?? backend.emit)(hostileRequest(controls, target));
  if (diagnostics.length + faults.length > 0) throw new Error([...diagnostics.map(({ message }) => message), ...faults].join(" "));
  return files;
}
