import { parsePath } from "../plain/violation.ts";
import { choose } from "./choose.ts";
import { judged } from "./derived-case.ts";
import { nameCase } from "./name-case.ts";
import type { Obligation } from "./obligation.ts";
import { CheckProgram } from "./program.ts";
import { readsOf } from "./reads.ts";
import { search } from "./search.ts";
import { requestFor, seedsOf } from "./seeds.ts";
import { type DeriveOptions, type Subject, validityTest } from "./subject.ts";

/** Raised whenever the search finds other objects for the same check, so that objects which are kept are known for old ones. */
export const searchEdition = 2;

/** An object that decides branches of a check which none of its control's own objects decides. */
export interface Supplement {
  /** What decides, unique within its control: `spec.containers[0].securityContext.privileged = true`. */
  readonly name: string;
  /** The branches, as sentences' ends: `container.securityContext.privileged == true holds`; the one that it was sought for first. */
  readonly decides: readonly string[];
  readonly object: Readonly<Record<string, unknown>>;
  /** The set around it, for controls that look up others. */
  readonly others?: readonly Readonly<Record<string, unknown>>[];
}

/** How many there are at most: an engine's command line takes some 25 ms for each. */
const most = 16;

/**
 * The objects that a control lacks to show every branch of its check under fixed settings, as far as an object can by itself:
 * created, without nulls, whoever asks. The same on every machine. Far fewer than all derived cases, and sooner found.
 */
export function supplementOf(subject: Subject, settings: Required<DeriveOptions>): readonly Supplement[] {
  const { check, control } = subject;
  const program = new CheckProgram(check);
  const own = new Set<number>();
  for (const { parameters: _parameters, kubernetesMinor: _minor, ...each } of [...control.pass, ...control.fail]) {
    const { shown } = program.look(requestFor(subject, each, settings), (id) => (own.has(id) ? undefined : 0));
    for (const id of shown.keys()) own.add(id);
  }
  const isWanted = ({ id, tier }: Obligation): boolean => tier === "branch" && !own.has(id);
  if (!program.obligations.some(isWanted)) return [];
  const reads = readsOf(check);
  const isValid = validityTest(subject);
  const seeds = seedsOf(subject, reads, settings).filter((request) => request.operation === "CREATE" && isValid(request)).map(({ namespace: _namespace, ...request }) => ({ ...request, user: {} }));
  const found = search(program, subject, reads, seeds, { roots: new Set(["object", "others"]), isValid, isWanted });
  const names = new Map<string, number>();
  const chosen = choose(program, found, requestFor(subject, { object: undefined }, settings), { isValid, isWanted });
  return chosen.slice(0, most).map(({ request, reason, shows }) => {
    const { object, others, violations } = judged(subject, request, settings);
    const name = nameCase(reason, reads, request, violations.map(({ path }) => ["object", ...parsePath(path)]));
    const count = (names.get(name) ?? 0) + 1;
    names.set(name, count);
    return { name: count === 1 ? name : `${name} (${count})`, decides: [...new Set([reason.what, ...[...shows].map((id) => program.obligations[id]?.what ?? "")])], object, ...(others === undefined ? {} : { others }) };
  });
}
