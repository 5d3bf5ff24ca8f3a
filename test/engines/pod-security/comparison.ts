import type { Violation } from "../../../src/plain/violation.ts";
import type { PodCase } from "../../arbitraries/pods.ts";
import { levels, type Opiner, type Opinion } from "./opinions.ts";
import { officialOpinions, type OfficialOpinion } from "./official.ts";

/** What is compared: Kubernetes' own evaluator, the controls as they run, and the compiled policy. */
export interface Contest {
  /** The control of each check, by check id. */
  readonly controls: ReadonlyMap<string, string>;
  readonly opiners: Readonly<Record<"plain" | "compiled", Opiner>>;
}

/** A question on which a case is judged differently. */
export interface Disagreement {
  readonly question: string;
  /** Who says what. */
  readonly answers: Readonly<Record<string, string>>;
}

/** One case with what everybody made of it. */
export interface Outcome {
  readonly podCase: PodCase;
  readonly official: OfficialOpinion;
  /** How many verdicts of Kubernetes each of our engines was held to: one for each check, and two for each level. */
  readonly verdicts: number;
  readonly disagreements: readonly Disagreement[];
}

/**
 * Puts cases before Kubernetes and both of our engines: the verdict of each check and each level, and, between our engines, all
 * that each violation says.
 */
export async function compare(contest: Contest, cases: readonly PodCase[]): Promise<Outcome[]> {
  const official = await officialOpinions(cases);
  return cases.map((podCase, index) => {
    const theirs = official[index];
    if (theirs === undefined) throw new Error(`no official opinion on case ${index}`);
    const verdicts = contest.controls.size + levels.length * (theirs.deniesApplied === undefined ? 1 : 2);
    return { podCase, official: theirs, verdicts, disagreements: disagreementsOn(contest, podCase, theirs) };
  });
}

function disagreementsOn({ controls, opiners }: Contest, podCase: PodCase, official: OfficialOpinion): Disagreement[] {
  const plain = opiners.plain(podCase);
  const compiled = opiners.compiled(podCase);
  const faults = Object.entries({ plain, compiled }).flatMap(([name, opinion]) => ("fault" in opinion ? [[name, opinion.fault] as const] : []));
  if ("fault" in plain || "fault" in compiled) return [{ question: "any verdict", answers: Object.fromEntries(faults) }];

  const found: Disagreement[] = [];
  const ask = (question: string, theirs: boolean | undefined, ours: (opinion: Opinion) => boolean): void => {
    const [one, other] = [ours(plain), ours(compiled)];
    if (theirs === undefined || (one === theirs && other === theirs)) return;
    found.push({ question, answers: { Kubernetes: word(theirs), plain: word(one), compiled: word(other) } });
  };
  for (const [check, control] of controls) {
    ask(`check ${check} (${control})`, official.denied.has(check), ({ violations }) => violations.some((violation) => violation.control === control));
    const [one, other] = [plain, compiled].map(({ violations }) => violations.filter((violation) => violation.control === control)) as [Violation[], Violation[]];
    if (said(one) === said(other)) continue;
    const samePlaces = JSON.stringify(one.map(placeOf)) === JSON.stringify(other.map(placeOf));
    found.push({ question: `${samePlaces ? "messages" : "violations"} of ${control}`, answers: { plain: said(one), compiled: said(other) } });
  }
  for (const level of levels) {
    ask(`level ${level}`, official.denies[level], ({ denies }) => denies[level]);
    ask(`level ${level} with defaults`, official.deniesApplied?.[level], ({ denies }) => denies[level]);
  }
  if (found.length === 0 && said(plain.violations) !== said(compiled.violations)) found.push({ question: "order of violations", answers: { plain: said(plain.violations), compiled: said(compiled.violations) } });
  return found;
}

/** All that violations say, whatever the order of their members. */
const said = (violations: readonly Violation[]): string => JSON.stringify(violations.map(({ control, finding, path, message }) => ({ control, finding, path, message })));

const placeOf = ({ finding, path }: Violation): string => `${finding} ${path}`;

const word = (denied: boolean): string => (denied ? "denies" : "allows");
