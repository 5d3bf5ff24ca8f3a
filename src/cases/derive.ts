import type { Span } from "../diagnostics/span.ts";
import { parsePath } from "../plain/violation.ts";
import { choose, type Chosen } from "./choose.ts";
import { type DerivedCase, judged } from "./derived-case.ts";
import { nameCase } from "./name-case.ts";
import type { Obligation } from "./obligation.ts";
import { CheckProgram } from "./program.ts";
import { reasonFor } from "./reasons.ts";
import { readsOf, type Reads } from "./reads.ts";
import { judgesPods } from "../ir/control.ts";
import { lookedUpKinds } from "../ir/lookups.ts";
import type { CaseRequest } from "./request.ts";
import { rootSchemas } from "./schema.ts";
import { search } from "./search.ts";
import { requestFor, seedsOf } from "./seeds.ts";
import { type DeriveOptions, type Subject, validityTest } from "./subject.ts";
import { insideController, templateKinds, withNullElements, withNullMembers } from "./variants.ts";

/** A place in a control's source that no case decides, and why. */
export interface Unreached {
  readonly span: Span;
  /** The clause that it is in, from 1. */
  readonly clause: number;
  readonly what: string;
  readonly tier: Obligation["tier"];
  readonly reason: string;
}

/** The cases that a check asks for, and what none of them shows. */
export interface Derivation {
  readonly cases: readonly DerivedCase[];
  readonly unreached: readonly Unreached[];
}

/**
 * A small set of objects in which each condition of a control decides the verdict by itself, both ways, with what is absent,
 * empty or at a boundary wherever the control reads. The same on every machine. Objects are valid by the schemas of their
 * kinds; those with nulls are marked.
 */
export function deriveCases(subject: Subject, options: DeriveOptions = {}): Derivation {
  const program = new CheckProgram(subject.check);
  const reads = readsOf(subject.check);
  const isValid = validityTest(subject);
  const roots = new Set(["object", "oldObject", "user", "namespace", "operation", "others", ...(options.parameters === undefined ? ["parameters"] : []), ...(options.kubernetesMinor === undefined ? ["kubernetesMinor"] : [])]);
  const seeds = seedsOf(subject, reads, options).filter(isValid);
  const found = search(program, subject, reads, seeds, { roots, isValid });
  const chosen = choose(program, found, requestFor(subject, { object: undefined }, options), { isValid });
  const shown = new Set(chosen.flatMap(({ shows }) => [...shows]));
  const schemas = rootSchemas(seeds[0]?.object, subject.control.parameters, lookedUpKinds(subject.check));
  const unreached = program.obligations
    .filter(({ id }) => !shown.has(id))
    .map((obligation): Unreached => {
      const reason = reasonFor(obligation, { reads, schemas, roots, neared: found.neared.has(obligation.id), tried: found.tried });
      return { span: obligation.span, clause: obligation.clause + 1, what: obligation.what, tier: obligation.tier, reason };
    });
  return { cases: written(subject, program, reads, chosen, seeds, options), unreached };
}

/** The chosen requests as cases, and what each is repeated as: in controllers, as updates, with nulls. */
function written(subject: Subject, program: CheckProgram, reads: Reads, chosen: readonly Chosen[], seeds: readonly CaseRequest[], options: DeriveOptions): readonly DerivedCase[] {
  const names = new Map<string, number>();
  const cases: DerivedCase[] = [];
  const add = (name: string, request: CaseRequest, covers: readonly string[], marks: Pick<DerivedCase, "nulls" | "skippedOnUpdate"> = {}): DerivedCase => {
    const count = (names.get(name) ?? 0) + 1;
    names.set(name, count);
    const added = { name: count === 1 ? name : `${name} (${count})`, ...judged(subject, request, options, marks), covers };
    cases.push(added);
    return added;
  };
  const base = chosen.map(({ request, reason, shows }) => {
    const denied = judged(subject, request, options).violations.map(({ path }) => ["object", ...parsePath(path)]);
    const name = nameCase(reason, reads, request, denied);
    const covers = [...shows].map((id) => program.obligations[id]?.what ?? "");
    return { name, request, covers, added: add(name, request, covers) };
  });
  // Where a control asks for several things at once, each case that shows one of them fails for want of the others.
  const passing = base.every(({ added }) => added.violations.length > 0) ? seeds.find((seed) => judged(subject, seed, options).violations.length === 0) : undefined;
  if (passing !== undefined) add("an object that has all that is asked for", passing, []);
  if (judgesPods(subject.check.match)) {
    for (const kind of templateKinds) {
      for (const { name, request, covers } of base) {
        const inside = insideController(request, kind);
        if (inside !== undefined) add(`${name}, in a ${kind}`, inside, covers);
      }
    }
    const bad = base.find(({ added, request }) => isPod(request) && added.violations.length > 0 && request.operation !== "UPDATE" && added.parameters === undefined && added.kubernetesMinor === undefined);
    const good = base.find(({ added, request }) => isPod(request) && added.violations.length === 0 && request.operation !== "UPDATE" && JSON.stringify(podParts(request)) !== JSON.stringify(podParts(bad?.request)));
    if (bad !== undefined) add("an update that leaves the pod as it was", { ...bad.request, oldObject: bad.request.object, operation: "UPDATE" }, [], { skippedOnUpdate: true });
    if (bad !== undefined && good !== undefined) add("an update that makes the pod worse", { ...bad.request, oldObject: good.request.object, operation: "UPDATE" }, [], { skippedOnUpdate: false });
  }
  const [members, elements] = [new Set<number>(), new Set<string>()];
  for (const { name, request, covers } of base) {
    const nullMembers = withNullMembers(program, request, members);
    if (nullMembers !== undefined) add(`${name}, null for absent`, nullMembers, covers, { nulls: true });
    const nullElements = withNullElements(reads, request, elements);
    if (nullElements !== undefined) add(`${name}, behind null elements`, nullElements, covers, { nulls: true });
  }
  return cases;
}

const isPod = ({ object }: CaseRequest): boolean => (object as { readonly kind?: unknown }).kind === "Pod";

const podParts = (request: CaseRequest | undefined): unknown => (request?.object as { readonly spec?: unknown } | undefined)?.spec;
