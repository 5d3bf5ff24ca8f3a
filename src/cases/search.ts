import { Observations } from "./compiler.ts";
import { inTurns, type MutationOptions, mutationsOf } from "./mutations.ts";
import type { Level, Obligation } from "./obligation.ts";
import { Pools } from "./pools.ts";
import type { CheckProgram } from "./program.ts";
import { pathKey, readsOf, type ReadPath, type Reads } from "./reads.ts";
import { lookedUpKinds } from "../ir/lookups.ts";
import type { CaseRequest } from "./request.ts";
import { rootSchemas } from "./schema.ts";
import type { Subject } from "./subject.ts";

/** How many requests are tried for one control, and in how many rounds: a bound that does not depend on the machine. */
const mostTried = 6_000;
const mostRounds = 5;
/** How many changes of one request are tried before the next one has its turn. */
const turn = 24;
/** How many more are tried for each obligation that is still open then, and for all of them together. */
const mostTriedFor = { branch: 400, value: 120 };
const mostTriedAfter = 8_000;
/** After how many requests that show nothing new the search turns to what is open, one by one. */
const patience = 1_500;
/** How many calls and visits of elements all runs may take together: a check that walks long lists for each of others is searched less. */
const mostEffort = 2_500_000;
/** How many requests that come near to an obligation are changed further. */
const mostNear = 4;

/** What a search has found. */
export interface SearchResult {
  /** The request that shows each obligation best, by the obligation's id. */
  readonly witnesses: ReadonlyMap<number, CaseRequest>;
  /** How well it is shown. */
  readonly levels: ReadonlyMap<number, Level>;
  /** The obligations whose fault acted in some request. */
  readonly neared: ReadonlySet<number>;
  readonly tried: number;
}

/** What a search may change, and what it looks for. */
export interface SearchOptions {
  /** The roots of a request that may change. */
  readonly roots: ReadonlySet<string>;
  readonly isValid: (request: CaseRequest) => boolean;
  /** The obligations that are looked for; all where it is not given. The search ends with the last of them. */
  readonly isWanted?: (obligation: Obligation) => boolean;
}

/**
 * Changes requests part by part, and keeps those that show an obligation that none before them did, or come near to one, to
 * change them further: so each round has to find one more part only. No chance is in it, and no clock.
 */
export function search(program: CheckProgram, subject: Subject, reads: Reads, seeds: readonly CaseRequest[], { roots, isValid, isWanted = () => true }: SearchOptions): SearchResult {
  const clausePaths = program.check.clauses.map((clause) => readsOf({ ...program.check, clauses: [clause] }).paths.map(pathKey));
  const witnesses = new Map<number, CaseRequest>();
  const levels = new Map<number, Level>();
  const nearest = new Map<number, readonly { readonly request: CaseRequest; readonly depth: number }[]>();
  const known = new Set<string>();
  let tried = 0;
  let lastShown = 0;

  const { component } = program.check.match;
  const asked = new Map<number, number>();

  const wanted = new Set(program.obligations.filter(isWanted).map(({ id }) => id));
  const isOpen = (id: number): boolean => wanted.has(id) && (levels.get(id) ?? 0) < 2;
  const isSpent = (): boolean => program.effort > mostEffort;
  const isOver = (): boolean => isSpent() || [...wanted].every((id) => !isOpen(id));
  /** What acts often and never shows is looked at more rarely as time goes on. */
  const open = (id: number): Level | undefined => {
    if (!isOpen(id)) return undefined;
    const times = (asked.get(id) ?? 0) + 1;
    asked.set(id, times);
    return times < 200 || times % (times < 1000 ? 4 : 16) === 0 ? (levels.get(id) ?? 0) : undefined;
  };
  /** Whether a request is worth changing further. */
  const consider = (request: CaseRequest): boolean => {
    const key = JSON.stringify(request);
    if (known.has(key)) return false;
    known.add(key);
    tried += 1;
    if (!isValid(request)) return false;
    const { shown, near } = program.look(request, open);
    if (shown.size > 0) lastShown = tried;
    for (const [id, level] of shown) {
      levels.set(id, level);
      witnesses.set(id, request);
    }
    const fresh = near.filter(({ id, depth }) => {
      const known = nearest.get(id) ?? [];
      if (levels.has(id) || (known.length >= mostNear && depth <= (known.at(-1)?.depth ?? 0))) return false;
      nearest.set(id, [...known, { request, depth }].sort((left, right) => right.depth - left.depth).slice(0, mostNear));
      return true;
    });
    return shown.size > 0 || fresh.length > 0;
  };
  const openPaths = (): readonly ReadPath[] => {
    const clauses = new Set(program.obligations.filter(({ id }) => isOpen(id)).map(({ clause }) => clause));
    const read = new Set([...clauses].flatMap((clause) => clausePaths[clause] ?? []));
    return reads.paths.filter((path) => read.has(pathKey(path)));
  };

  /** What a request may be changed to depends on the values that its own run compares. */
  const optionsFor = (base: CaseRequest): Omit<MutationOptions, "near"> => {
    const observed = new Observations();
    program.look(base, () => undefined, observed);
    return { pools: new Pools(reads, observed), schemas: rootSchemas(base.object, subject.control.parameters, lookedUpKinds(subject.check)), reads, roots, ...(component === undefined ? {} : { component }) };
  };

  const distinct = [...new Map(seeds.map((seed) => [JSON.stringify(seed), seed])).values()];
  for (const seed of distinct) consider(seed);
  let bases: readonly CaseRequest[] = distinct;
  for (let round = 0; round < mostRounds && bases.length > 0 && tried < mostTried; round += 1) {
    const next: CaseRequest[] = [];
    for (const near of [false, true]) {
      const paths = openPaths();
      const sources = bases.map((base) => mutationsOf(base, paths, { ...optionsFor(base), near })[Symbol.iterator]());
      for (const candidate of inTurns(sources, turn)) {
        if (tried >= mostTried || tried - lastShown > patience || isOver()) break;
        if (consider(candidate)) next.push(candidate);
      }
    }
    bases = next;
  }
  // What is hidden by another condition still: the requests that come near to it, one more change away, for each by itself.
  const end = tried + mostTriedAfter;
  for (const { id, clause, tier } of program.obligations.toSorted((left, right) => Number(left.tier === "value") - Number(right.tier === "value"))) {
    if (levels.has(id) || !wanted.has(id)) continue;
    const last = Math.min(tried + mostTriedFor[tier], end);
    const paths = reads.paths.filter((path) => clausePaths[clause]?.includes(pathKey(path)));
    for (const near of [false, true]) {
      for (const { request: base } of nearest.get(id) ?? []) {
        for (const candidate of mutationsOf(base, paths, { ...optionsFor(base), near })) {
          if (levels.has(id) || tried >= last || isSpent()) break;
          tried += 1;
          if (program.shows(candidate, id, 1) && isValid(candidate)) consider(candidate);
        }
      }
    }
  }
  return { witnesses, levels, neared: new Set(nearest.keys()), tried };
}
