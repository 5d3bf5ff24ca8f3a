import type { CompiledControl } from "../../../src/backends/backend.ts";
import { resources } from "../../../src/kubernetes/generated/resources.ts";
import { newestMinor } from "../../../src/plain/judge.ts";

/** One request that every engine is asked, and the settings of the target whose policies judge it. Objects are judged as written. */
export interface Case {
  /** Where the case comes from, for reports. */
  readonly name: string;
  readonly operation: "CREATE" | "UPDATE";
  readonly object: unknown;
  readonly oldObject?: unknown;
  readonly subresource?: "ephemeralcontainers";
  readonly user?: Readonly<Record<string, unknown>>;
  /** The Namespace object. */
  readonly namespace?: Readonly<Record<string, unknown>>;
  /** The set around the object. */
  readonly others?: readonly Readonly<Record<string, unknown>>[];
  /** Values that replace defaults of the control's parameters. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly kubernetesMinor?: number;
}

/** What one policy is built for. */
export interface Setting {
  readonly minor: number;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** Cases with the same settings, which one policy judges, and their places in the list that they were taken from. */
export interface SettingCases {
  readonly setting: Setting;
  readonly places: readonly number[];
}

/** Groups cases by the policy that judges them. */
export function bySetting(cases: readonly Case[]): readonly SettingCases[] {
  const groups = new Map<string, { readonly setting: Setting; readonly places: number[] }>();
  for (const [place, { kubernetesMinor: minor = newestMinor, parameters = {} }] of cases.entries()) {
    const key = JSON.stringify([minor, parameters]);
    const group = groups.get(key) ?? { setting: { minor, parameters }, places: [] };
    groups.set(key, group);
    group.places.push(place);
  }
  return [...groups.values()];
}

interface Identity {
  readonly apiVersion?: unknown;
  readonly kind?: unknown;
}

/** The name of an object's kind: `apps/v1/Deployment`. */
export function kindOf(object: unknown): string {
  const { apiVersion, kind } = object as Identity;
  return `${String(apiVersion)}/${String(kind)}`;
}

/** The names of the kinds that a control matches. */
export const matchedKinds = ({ check }: CompiledControl): readonly string[] => check.match.kinds.map(({ apiVersion, kind }) => `${apiVersion}/${kind}`);

/** The resource that a request for an object goes to. Throws for kinds that no API server serves. */
export function resourceOf(object: unknown): string {
  const served: Readonly<Record<string, { readonly plural: string }>> = resources;
  const resource = served[kindOf(object)]?.plural;
  if (resource === undefined) throw new Error(`no API server serves ${kindOf(object)}`);
  return resource;
}

/** Whether a list anywhere in a value has an element that is null. */
export const hasNullElement = (value: unknown): boolean => (Array.isArray(value) ? value.includes(null) || value.some(hasNullElement) : typeof value === "object" && value !== null && Object.values(value).some(hasNullElement));

/** Gathers items by a key, in their order. */
export function groupedBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}
