/** A value that a hook can compare: an argument of the function, or something that is reached from it or from the running process. */
export interface HookValue {
  /** The position among the function's arguments; left out for what is reached from the process. */
  readonly index?: number;
  readonly type: string;
  /** The way from there to the value, through the kernel's structures. */
  readonly resolve?: string;
  /** What events call it. */
  readonly label?: string;
}

/** One demand of a selector. */
export type Filter =
  | { readonly on: "value"; readonly value: HookValue; readonly operator: Operator; readonly values: readonly string[] }
  | { readonly on: "return"; readonly operator: "Equal"; readonly values: readonly string[] }
  | { readonly on: "capabilities"; readonly operator: "In" | "NotIn"; readonly values: readonly string[] }
  | { readonly on: "pid"; readonly operator: "In" | "NotIn"; readonly values: readonly number[] }
  /** The process runs in a pod. */
  | { readonly on: "pod" }
  /** The namespace of Kubernetes that the pod is in. */
  | { readonly on: "namespace"; readonly operator: "In" | "NotIn"; readonly values: readonly string[] };

/** How a value is compared (`matchArgs` of the CRD). Lists of numbers that Equal cannot hold are printed as InMap. */
export type Operator = keyof typeof denials;

const denials = {
  Equal: "NotEqual", NotEqual: "Equal", Prefix: "NotPrefix", NotPrefix: "Prefix", Postfix: "NotPostfix", NotPostfix: "Postfix",
  SAddr: "NotSAddr", NotSAddr: "SAddr", SPort: "NotSPort", NotSPort: "SPort", InRange: "NotInRange", NotInRange: "InRange",
  Mask: undefined, Family: undefined, Protocol: undefined,
} as const;

/** What selectors say of a question: any of these alternatives, each of which is all of its filters. */
export interface Said {
  readonly alternatives: readonly (readonly Filter[])[];
  /** Why they hold for more than was asked for, as a sentence. */
  readonly wider?: string;
  /** Why they hold for less. */
  readonly narrower?: string;
}

export const certainly: Said = { alternatives: [[]] };
export const impossible: Said = { alternatives: [] };

/** The opposite; undefined where some filter has none. */
export function denied({ alternatives, narrower, wider }: Said): Said | undefined {
  const opposites = alternatives.map((filters) => filters.map(opposite));
  if (opposites.some((filters) => filters.some((filter) => filter === undefined))) return undefined;
  // None of the alternatives: one filter of each fails.
  const product = opposites.reduce<readonly (readonly Filter[])[]>((done, filters) => done.flatMap((some) => filters.flatMap((filter) => (filter === undefined ? [] : [[...some, ...filter]]))), [[]]);
  return { alternatives: product, ...(wider === undefined ? {} : { narrower: wider }), ...(narrower === undefined ? {} : { wider: narrower }) };
}

/** The filters of which all hold where a filter does not. */
function opposite(filter: Filter): readonly Filter[] | undefined {
  if (filter.on === "pod" || filter.on === "return") return undefined;
  if (filter.on !== "value") return [{ ...filter, operator: filter.operator === "In" ? "NotIn" : "In" } as Filter];
  if (filter.operator === "Protocol") return [{ ...filter, values: otherNumbers(filter.values) }];
  const operator = denials[filter.operator];
  return operator === undefined ? undefined : [{ ...filter, operator }];
}

/** Every protocol number but these, as ranges. */
function otherNumbers(values: readonly string[]): readonly string[] {
  const out = values.map(Number).sort((left, right) => left - right);
  const edges = [-1, ...out, 256];
  return edges.slice(1).flatMap((edge, index) => {
    const [first, last] = [(edges[index] ?? -1) + 1, edge - 1];
    return first > last ? [] : [first === last ? `${first}` : `${first}:${last}`];
  });
}
