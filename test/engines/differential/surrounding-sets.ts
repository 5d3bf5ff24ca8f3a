import type { CompiledControl } from "../../../src/backends/backend.ts";
import { kindParts, scopeOf } from "../../../src/kubernetes/scope.ts";
import { ObjectMutations } from "../../object-mutations.ts";
import { kindOf } from "./case.ts";
import { isValid } from "./shrink.ts";

type Json = Readonly<Record<string, unknown>>;

/** Sets of objects for cases of controls that look up others. */
export interface SurroundingSets {
  /** What a case is given beside its object: nothing where the control looks nothing up. */
  readonly around: () => { readonly others?: readonly Json[] };
}

/**
 * The sets of a control's cases, as they are, with objects left out or changed, and joined to other sets: valid by their schemas,
 * and as a cluster has them, each with a name of its own and, where it belongs in one, a namespace.
 */
export function surroundingSets({ check, control }: CompiledControl, cases: readonly { readonly others?: readonly unknown[] }[], random: () => number): SurroundingSets {
  if (!check.capabilities.some(({ name }) => name === "lookup")) return { around: () => ({}) };
  const chance = (share: number): boolean => random() < share;
  const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(random() * values.length)] as Value;
  const sets = cases.map(({ others = [] }) => others as readonly Json[]);
  const all = sets.flat();
  const mutations = new ObjectMutations({ ...control, pass: all.map((object) => ({ object })), fail: [] } as never, check, random);
  const changed = (): Json | undefined => {
    const object = mutations.next();
    return typeof object === "object" && object !== null && isFound(object as Json) && isValid(object) ? (object as Json) : undefined;
  };
  return {
    around: () => {
      const chosen = [...pick(sets), ...(chance(0.2) ? pick(sets) : [])].filter(() => chance(0.9));
      const set = [...chosen, ...(chance(0.5) ? [changed(), changed()] : [])].filter((object) => object !== undefined);
      // A cluster has one object of a name.
      return { others: [...new Map(set.map((object) => [nameOf(object), object])).values()] };
    },
  };
}

const metadataOf = (object: Json): { readonly name?: unknown; readonly namespace?: unknown } => (object["metadata"] ?? {}) as { readonly name?: unknown; readonly namespace?: unknown };

const nameOf = (object: Json): string => JSON.stringify([kindOf(object), metadataOf(object).namespace, metadataOf(object).name]);

function isFound(object: Json): boolean {
  const { name, namespace } = metadataOf(object);
  const { apiVersion, kind } = kindParts(kindOf(object));
  const isName = (value: unknown): boolean => typeof value === "string" && value !== "";
  return isName(name) && (scopeOf(apiVersion, kind) === "Namespaced" ? isName(namespace) : namespace === undefined);
}
