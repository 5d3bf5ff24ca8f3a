import type { Span } from "../../diagnostics/span.ts";
import { type Conjunction, conjunctionsOf, mostConjunctions } from "./conjunctions.ts";
import type { Filter, Said } from "./filters.ts";
import type { Formula, Literal } from "./formula.ts";
import { type Hook, hooks } from "./hooks.ts";

/** Whose processes a selector is for. */
export interface Scope {
  /** Whether the node's own processes count. */
  readonly node: boolean;
  /** Whether those of pods do. */
  readonly pods: boolean;
  /** Demands on the namespaces of pods. */
  readonly namespaces: readonly { readonly operator: "In" | "NotIn"; readonly values: readonly string[] }[];
}

/** One selector of a hook. */
export interface Selector {
  readonly hook: Hook;
  readonly scope: Scope;
  readonly filters: readonly Filter[];
}

/** What a rule becomes, and how that differs from what it says. */
export interface RuleSelectors {
  readonly selectors: readonly Selector[];
  readonly wider: readonly string[];
  readonly narrower: readonly string[];
  /** What could not be said, where it stands; without selectors, why there are none. */
  readonly untold: readonly { readonly what: string; readonly span: Span }[];
}

/** The selectors of a condition. */
export function selectorsOf(formula: Formula, span: Span): RuleSelectors {
  const conjunctions = conjunctionsOf(formula);
  if (conjunctions === undefined) return { selectors: [], wider: [], narrower: [], untold: [{ what: `a condition of more than ${mostConjunctions} alternatives`, span }] };
  const found = conjunctions.map(selectorsOfOne);
  const made = found.flatMap(({ selectors }) => selectors);
  const untold = found.flatMap((each) => each.untold);
  const lost = made.length === 0 ? [] : untold.map(({ what }) => `Not seen: what needs ${what}.`);
  return { selectors: merged(withoutCovered(made)), wider: unique(found.flatMap(({ wider }) => wider)), narrower: unique([...found.flatMap(({ narrower }) => narrower), ...lost]), untold };
}

const unique = (texts: readonly string[]): readonly string[] => [...new Set(texts)];

function selectorsOfOne(conjunction: Conjunction): RuleSelectors {
  const asked = conjunction.filter((literal) => literal.kind === "fact" && literal.field === "evt.type");
  const literals = conjunction.filter((literal) => !asked.includes(literal));
  const types = asked.reduce<readonly string[] | undefined>((known, literal) => {
    if (literal.kind !== "fact" || literal.test.kind !== "in" || literal.denied) return known;
    const values = literal.test.values.map(String);
    return known === undefined ? values : known.filter((type) => values.includes(type));
  }, undefined);
  const [first] = conjunction;
  const none = { selectors: [], wider: [], narrower: [] };
  if (types === undefined) return { ...none, untold: first === undefined ? [] : [{ what: "events of any type", span: first.span }] };
  const unhooked = types.filter((type) => !hooks.some((hook) => hook.types.includes(type)));
  const own = hooks.filter((hook) => hook.types.some((type) => types.includes(type)));
  const each = own.map((hook) => ofHook(hook, types, literals));
  return {
    selectors: each.flatMap(({ selectors }) => selectors),
    wider: each.flatMap(({ wider }) => wider),
    narrower: each.flatMap(({ narrower }) => narrower),
    untold: [...each.flatMap(({ untold }) => untold), ...unhooked.map((type) => ({ what: `events of the type ${type}`, span: asked[0]?.span ?? first?.span ?? { file: "", start: 0, end: 0 } }))],
  };
}

function ofHook(hook: Hook, types: readonly string[], literals: readonly Literal[]): RuleSelectors {
  const wider = hook.types.every((type) => types.includes(type)) ? [] : [`${hook.types.join(", ")} are one to the kernel.`];
  const narrower: string[] = [];
  let alternatives: readonly (readonly Filter[])[] = [[]];
  for (const literal of literals) {
    const said = literal.kind === "unknown" ? undefined : (hook.fields[literal.field] ?? unseen)(literal.test, literal.denied);
    if (said === undefined) {
      const what = literal.kind === "unknown" ? literal.what : describe(literal.field);
      // What only lets something off is left out, and that is reported too; what must be there cannot be.
      if (!literal.denied) return { selectors: [], wider: [], narrower: [], untold: [{ what, span: literal.span }] };
      wider.push(`Reported too: what the policy would let off by ${what}.`);
      continue;
    }
    if (said.wider !== undefined) wider.push(said.wider);
    if (said.narrower !== undefined) narrower.push(said.narrower);
    const { alternatives: more } = said;
    alternatives = alternatives.flatMap((left) => more.map((right) => [...left, ...right]));
  }
  const selectors = alternatives.map((filters): Selector => ({ hook, scope: scopeOf(filters), filters: compact(filters.filter(({ on }) => on !== "pod" && on !== "namespace")) }));
  return selectors.length === 0 ? { selectors, wider: [], narrower: [], untold: [] } : { selectors, wider, narrower, untold: [] };
}

const unseen = (): Said | undefined => undefined;

const described: Readonly<Record<string, string>> = {
  "container.image.repository": "the image of the container", "container.privileged": "whether the container is privileged", "proc.cmdline": "the command line of the process", "proc.name": "how the program's name begins", "proc.aname": "all ancestors of the process",
  "proc.is_exe_upper_layer": "the layer of the image that the program is in", "evt.is_open_create": "whether the open made the file", "evt.rawres": "the result of the call",
};

const describe = (field: string): string => described[field] ?? `the field ${field}`;

function scopeOf(filters: readonly Filter[]): Scope {
  const namespaces = filters.flatMap((filter) => (filter.on === "namespace" ? [{ operator: filter.operator, values: filter.values }] : []));
  return { node: namespaces.length === 0 && !filters.some(({ on }) => on === "pod"), pods: true, namespaces: [...new Map(namespaces.map((each) => [JSON.stringify(each), each])).values()] };
}

/** The same demands, each once; denials of one value joined. */
function compact(filters: readonly Filter[]): readonly Filter[] {
  const kept: Filter[] = [];
  for (const filter of filters) {
    const index = kept.findIndex((other) => joins(other, filter, true));
    const other = kept[index];
    if (other === undefined) kept.push(filter);
    else kept[index] = join(other, filter);
  }
  return kept;
}

const growing: ReadonlySet<string> = new Set(["Equal", "Prefix", "Postfix", "SAddr", "SPort", "Protocol", "Family"]);
const shrinking: ReadonlySet<string> = new Set(["NotEqual", "NotPrefix", "NotPostfix", "NotSAddr", "NotSPort"]);

/** Whether two filters can be one: denials where both must hold, and demands where one must. */
function joins(left: Filter, right: Filter, atOnce: boolean): boolean {
  if (left.on === "capabilities" && right.on === "capabilities") return left.operator === right.operator && left.operator === (atOnce ? "NotIn" : "In");
  if (left.on === "pid" && right.on === "pid") return atOnce && same(left, right);
  if (left.on === "return" && right.on === "return") return same(left, right);
  if (left.on !== "value" || right.on !== "value" || left.operator !== right.operator || !same(left.value, right.value)) return false;
  return same(left, right) || (atOnce ? shrinking : growing).has(left.operator);
}

const same = (left: unknown, right: unknown): boolean => JSON.stringify(left) === JSON.stringify(right);

function join(left: Filter, right: Filter): Filter {
  if (!("values" in left) || !("values" in right)) return left;
  return { ...left, values: [...new Set<string | number>([...left.values, ...right.values])] } as Filter;
}

const keyOf = ({ filters, hook, scope }: Selector): readonly string[] => [hook.call, JSON.stringify(scope), ...filters.map((filter) => JSON.stringify(filter))];

/** Leaves out selectors that hold only where another one does. */
function withoutCovered(selectors: readonly Selector[]): readonly Selector[] {
  const keys = selectors.map((selector) => new Set(keyOf(selector)));
  return selectors.filter((_, index) => {
    const own = keys[index] ?? new Set<string>();
    return !keys.some((other, at) => at !== index && other.size <= own.size && (other.size < own.size || at < index) && [...other].every((key) => own.has(key)));
  });
}

/** Makes one of two selectors that differ in the values of one demand alone, until there are none. */
function merged(selectors: readonly Selector[]): readonly Selector[] {
  const kept: Selector[] = [];
  for (const selector of selectors) {
    const index = kept.findIndex((other) => differing(other, selector) !== undefined);
    const other = kept[index];
    const at = other === undefined ? undefined : differing(other, selector);
    if (other === undefined || at === undefined) kept.push(selector);
    else kept[index] = { ...other, filters: other.filters.map((filter, place) => (place === at[0] ? join(filter, selector.filters[at[1]] ?? filter) : filter)) };
  }
  return kept.length < selectors.length ? merged(kept) : kept;
}

/** The places of the one demand in which two selectors differ, where its values can be joined. */
function differing(left: Selector, right: Selector): readonly [number, number] | undefined {
  if (left.hook !== right.hook || !same(left.scope, right.scope) || left.filters.length !== right.filters.length) return undefined;
  const other = right.filters.map((filter) => JSON.stringify(filter));
  const own = left.filters.map((filter) => JSON.stringify(filter));
  const [mine, theirs] = [own.flatMap((key, index) => (other.includes(key) ? [] : [index])), other.flatMap((key, index) => (own.includes(key) ? [] : [index]))];
  const [first, second] = [mine[0], theirs[0]];
  if (mine.length !== 1 || theirs.length !== 1 || first === undefined || second === undefined) return undefined;
  const [one, two] = [left.filters[first], right.filters[second]];
  return one !== undefined && two !== undefined && joins(one, two, false) ? [first, second] : undefined;
}
