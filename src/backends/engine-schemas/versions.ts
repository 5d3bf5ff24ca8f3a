import type { Backend } from "../backend.ts";
import { compareVersions } from "./engine-schema.ts";

/**
 * The versions whose schemas a target is held to, of those that there are schemas of. A version between two known ones is held to
 * the older: what it takes, a newer version of the same API takes too. A version older than all is held to the oldest. Where the
 * target names none, its documents are for every version that the backend serves, and are held to the oldest and to the newest.
 */
export function versionsToFit(known: readonly string[], named: string | undefined, range: Backend["versions"]): readonly string[] {
  const upTo = (limit: string): string => known.findLast((version) => compareVersions(version, limit) <= 0) ?? known[0] ?? limit;
  if (named !== undefined) return [upTo(named)];
  const newest = range?.newest === undefined ? known.at(-1) : upTo(range.newest);
  const oldest = range?.oldest === undefined ? known[0] : upTo(range.oldest);
  return [...new Set([oldest, newest])].filter((version) => version !== undefined);
}
