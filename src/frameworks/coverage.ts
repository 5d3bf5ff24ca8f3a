import type { Frameworks } from "../dsl/control.ts";
import type { FrameworkId, FrameworkTable } from "./framework-tables.ts";

/** What the coverage needs to know of a control, or of a detection. */
export interface CoveringControl {
  readonly id: string;
  readonly frameworks: Frameworks;
  /** What each backend makes of it. */
  readonly engines: readonly Enforcement[];
}

/** Whether a backend emits a control, and what it leaves out or why it does not. */
export interface Enforcement {
  readonly backend: string;
  readonly emitted: boolean;
  readonly reason?: string;
}

/** Who stands for one id of a framework. */
export interface CoveredId extends FrameworkId {
  /** With the findings that the id belongs to; none where it belongs to all of the control. */
  readonly controls: readonly { readonly id: string; readonly findings: readonly string[] }[];
  /** The backends that emit at least one of the controls. */
  readonly backends: readonly string[];
  /** Nothing stands for the id, though controls should. */
  readonly open: boolean;
}

/** One framework with who stands for each of its ids, in the framework's order. */
export interface Coverage {
  readonly table: FrameworkTable;
  readonly ids: readonly CoveredId[];
  /** Ids that controls name and the framework has not. */
  readonly unknown: readonly { readonly control: string; readonly id: string }[];
}

/** Puts controls against what a framework asks for. */
export function coverageOf(table: FrameworkTable, controls: readonly CoveringControl[]): Coverage {
  const named = controls.flatMap((control) => table.named(control.frameworks).map((name) => ({ control, ...partsOf(name) })));
  const known = new Set(table.ids.map(({ id }) => id));
  return {
    table,
    ids: table.ids.map((each) => {
      const standing = named.filter(({ id }) => id === each.id);
      const ids = [...new Set(standing.map(({ control }) => control.id))].sort();
      const backends = new Set(standing.flatMap(({ control }) => control.engines.filter(({ emitted }) => emitted).map(({ backend }) => backend)));
      return {
        ...each,
        controls: ids.map((id) => ({ id, findings: [...new Set(standing.filter(({ control }) => control.id === id).flatMap(({ finding }) => finding ?? []))].sort() })),
        backends: [...backends].sort(),
        open: ids.length === 0 && (each.cover === "controls" || each.cover === "partly"),
      };
    }),
    unknown: named.filter(({ id }) => !known.has(id)).map(({ control, id }) => ({ control: control.id, id })),
  };
}

/** `5.2.3(a)` is the id 5.2.3, as far as finding a goes. */
function partsOf(name: string): { readonly id: string; readonly finding?: string } {
  const [, id = name, finding] = /^(.*)\(([a-z])\)$/.exec(name) ?? [];
  return { id, ...(finding === undefined ? {} : { finding }) };
}
