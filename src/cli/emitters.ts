import type { ManifestControl } from "../backends/opa/manifest.ts";
import type { Io } from "./io.ts";
import { compileSources } from "./sources.ts";

/** The backends that emit a control, and what others, or these too, leave out of it. */
export interface Emitters {
  readonly backends: readonly string[];
  readonly limits: readonly { readonly backend: string; readonly reason: string }[];
}

const unknown = "The control's source is not here, so what the backend makes of it is not known.";

/** Asks every registered backend that emits controls about those of a compiled policy. Undefined where their sources do not compile, which has been told. */
export async function emittersOf(io: Io, root: string, controls: readonly ManifestControl[]): Promise<ReadonlyMap<string, Emitters> | undefined> {
  const compilation = await compileSources(io, root, controls);
  if (compilation === undefined) return undefined;
  const { objectBackends } = await import("../backends/index.ts");
  const { preview } = await import("../bundle/preview.ts");
  const asked = await Promise.all(objectBackends.map(async (backend) => ({ backend: backend.name, emission: await preview(backend, compilation.controls, compilation.sourceOf) })));
  const outcomes = (id: string): { readonly backend: string; readonly emitted: boolean; readonly reason?: string }[] =>
    asked.map(({ backend, emission: { controls: all = [], faults } }) => {
      const outcome = all.find(({ control }) => control === id);
      if (outcome !== undefined) return { ...outcome, backend };
      // A compiled policy has told of the control, so this backend can, with or without sources.
      return backend === "opa" ? { backend, emitted: true } : { backend, emitted: false, reason: faults[0] ?? unknown };
    });
  return new Map(
    controls.map(({ id }) => [
      id,
      {
        backends: outcomes(id).filter(({ emitted }) => emitted).map(({ backend }) => backend),
        limits: outcomes(id).flatMap(({ backend, reason }) => (reason === undefined ? [] : [{ backend, reason }])),
      },
    ]),
  );
}
