import type { Level, Obligation } from "./obligation.ts";
import type { CheckProgram } from "./program.ts";
import type { CaseRequest } from "./request.ts";
import type { SearchOptions, SearchResult } from "./search.ts";
import { shrink } from "./shrink.ts";

/** A request that was chosen for one obligation, and shows others too. */
export interface Chosen {
  readonly request: CaseRequest;
  readonly reason: Obligation;
  readonly shows: ReadonlySet<number>;
}

/** Shrinks the witness of one obligation after the other, leaves out those that the ones before show too, then those that the others make needless. */
export function choose(program: CheckProgram, { witnesses, levels }: SearchResult, usual: CaseRequest, { isValid, isWanted = () => true }: Pick<SearchOptions, "isValid" | "isWanted">): readonly Chosen[] {
  const wanted = new Set(program.obligations.filter(isWanted).map(({ id }) => id));
  const reached = (id: number): Level | undefined => {
    if (!wanted.has(id)) return undefined;
    // What the search has not shown, a smaller object may.
    const level = levels.get(id) ?? 1;
    return (level - 1) as Level;
  };
  const shown = new Set<number>();
  const chosen: Chosen[] = [];
  for (const tier of ["branch", "value"] as const) {
    for (const reason of program.obligations.filter((obligation) => obligation.tier === tier)) {
      const { id } = reason;
      const [witness, level] = [witnesses.get(id), levels.get(id)];
      if (witness === undefined || level === undefined || shown.has(id)) continue;
      const request = shrink(witness, usual, (smaller) => program.shows(smaller, id, level) && isValid(smaller));
      const shows = new Set(program.look(request, reached).shown.keys());
      for (const each of shows) shown.add(each);
      chosen.push({ request, reason, shows });
    }
  }
  const counts = new Map<number, number>();
  for (const { shows } of chosen) for (const id of shows) counts.set(id, (counts.get(id) ?? 0) + 1);
  return chosen
    .toReversed()
    .filter(({ shows }) => {
      const isNeedless = [...shows].every((id) => (counts.get(id) ?? 0) > 1);
      if (isNeedless) for (const id of shows) counts.set(id, (counts.get(id) ?? 0) - 1);
      return !isNeedless;
    })
    .toReversed();
}
