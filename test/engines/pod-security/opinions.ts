import { settingsFor } from "../../../src/bundle/settings.ts";
import type { Engine, Judge } from "../../../src/evaluate/engine.ts";
import type { Violation } from "../../../src/plain/violation.ts";
import { selectControls } from "../../../src/profiles/selection.ts";
import type { PodCase } from "../../arbitraries/pods.ts";

export const levels = ["baseline", "restricted"] as const;
export type Level = (typeof levels)[number];

/** What one of our engines makes of a case. */
export interface Opinion {
  /** Of all Pod Security controls, replaced ones among them. */
  readonly violations: readonly Violation[];
  /** Whether the controls of the level's profile, at the case's minor, deny the object. */
  readonly denies: Readonly<Record<Level, boolean>>;
}

/** Gives an engine's opinion on a case, or the reason why it has none. */
export type Opiner = (podCase: PodCase) => Opinion | { readonly fault: string };

/**
 * How an engine's level verdicts come about: by running it with the level's profile, as `check --profile` does, or out of its
 * violations, for an engine that runs each control by itself.
 */
export type LevelSource = "profile" | "violations";

/** The ids of the controls that stand for a check of Pod Security Admission, by check id. */
export function controlsByCheck({ catalogue }: Engine): Map<string, string> {
  return new Map(catalogue.controls.flatMap(({ id, frameworks }) => (frameworks.pss ?? []).map((check) => [check, id] as const)));
}

/** An engine's opinions; it is prepared once for each minor. */
export function opinionsOf(engine: Engine, levelSource: LevelSource): Opiner {
  const prepared = new Map<number, Opiner>();
  return (podCase) => {
    const known = prepared.get(podCase.minor) ?? opinionsAt(engine, podCase.minor, levelSource);
    prepared.set(podCase.minor, known);
    return known(podCase);
  };
}

function opinionsAt(engine: Engine, minor: number, levelSource: LevelSource): Opiner {
  const { controls } = engine.catalogue;
  const run = (selected: typeof controls): Judge => engine.prepare(settingsFor(engine.catalogue, selected, minor));
  const everything = run(controls.filter(({ frameworks }) => frameworks.pss !== undefined));
  const profiles = eachLevel((level) => selectControls(controls, { profiles: [`pss-${level}`], kubernetesMinor: minor }).controls);
  const judges = levelSource === "profile" ? eachLevel((level) => run(profiles[level])) : undefined;

  return ({ object }) => {
    const verdict = everything.judge(object);
    if ("fault" in verdict) return verdict;
    const { violations } = verdict;
    if (judges === undefined) return { violations, denies: eachLevel((level) => violations.some(({ control }) => profiles[level].some(({ id }) => id === control))) };
    const atLevel = eachLevel((level) => judges[level].judge(object));
    const fault = levels.map((level) => atLevel[level]).find((one) => "fault" in one);
    return fault ?? { violations, denies: eachLevel((level) => "violations" in atLevel[level] && atLevel[level].violations.length > 0) };
  };
}

/** A value for each level. */
export function eachLevel<Value>(value: (level: Level) => Value): Record<Level, Value> {
  return { baseline: value("baseline"), restricted: value("restricted") };
}
