import type { Frameworks } from "../dsl/control.ts";
import { didYouMean } from "../text/closest.ts";
import { defaultProfile, type Profile, type ProfileParameters, profiles } from "./profiles.ts";

/** What choosing needs to know of a control. */
export interface Selectable {
  readonly id: string;
  readonly frameworks: Frameworks;
  readonly optIn?: boolean;
  readonly replaces: readonly { readonly control: string; readonly sinceMinor?: number }[];
}

/** Which controls are asked for, as named by a user. */
export interface SelectionRequest {
  readonly profiles?: readonly string[];
  readonly controls?: readonly string[];
  readonly exclude?: readonly string[];
  readonly kubernetesMinor: number;
}

/** A name that nothing has; `field` and `index` say where in the request it stands. */
export interface SelectionFault {
  readonly field: "profiles" | "controls" | "exclude";
  readonly index: number;
  readonly message: string;
}

export interface Selection<C extends Selectable> {
  /** In the order in which they were offered. */
  readonly controls: readonly C[];
  /** What the chosen profiles set of parameters. */
  readonly parameters: ProfileParameters;
  /** Names that nothing has, or an empty choice. A faulty selection must not run. */
  readonly faults: readonly SelectionFault[];
}

/**
 * The controls that run: those of the profiles together with those named one by one (the default profile where neither is
 * given), less the excluded ones. A control that another one replaces is off where its replacement runs, from the
 * replacement's minor on, unless it is named one by one.
 */
export function selectControls<C extends Selectable>(offered: readonly C[], request: SelectionRequest): Selection<C> {
  const named = new Set(request.controls);
  const excluded = new Set(request.exclude);
  const profileNames = request.profiles ?? (request.controls === undefined ? [defaultProfile] : []);
  const chosen = profiles.filter(({ name }) => profileNames.includes(name));
  const asked = offered.filter((control) => !excluded.has(control.id) && (named.has(control.id) || chosen.some(({ includes }) => includes(control))));
  const replaced = new Set(asked.flatMap(({ replaces }) => replaces.filter(({ sinceMinor }) => request.kubernetesMinor >= (sinceMinor ?? 0)).map(({ control }) => control)));
  const controls = asked.filter(({ id }) => named.has(id) || !replaced.has(id));

  const faults = unknownNames(offered, request);
  if (controls.length === 0 && faults.length === 0) faults.push({ field: request.profiles === undefined && request.controls !== undefined ? "controls" : "profiles", index: 0, message: "This selects no control, so nothing would be checked." });
  return { controls, parameters: parametersOf(chosen), faults };
}

/** No two profiles set the same parameter, which a test holds; were they to, the later one would go before. */
function parametersOf(chosen: readonly Profile[]): ProfileParameters {
  const given = chosen.flatMap(({ parameters = {} }) => Object.entries(parameters));
  return Object.fromEntries([...new Set(given.map(([id]) => id))].map((id) => [id, Object.assign({}, ...given.filter(([control]) => control === id).map(([, values]) => values)) as Readonly<Record<string, unknown>>]));
}

function unknownNames(offered: readonly Selectable[], request: SelectionRequest): SelectionFault[] {
  const profileNames = profiles.map(({ name }) => name);
  const ids = offered.map(({ id }) => id);
  const check = (field: SelectionFault["field"], word: string, known: readonly string[]): SelectionFault[] =>
    (request[field] ?? []).flatMap((name, index) => (known.includes(name) ? [] : [{ field, index, message: `There is no ${word} "${name}".${didYouMean(name, known)}` }]));
  return [...check("profiles", "profile", profileNames), ...check("controls", "control", ids), ...check("exclude", "control", ids)];
}
