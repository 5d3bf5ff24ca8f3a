import type { PodCase } from "../../arbitraries/pods.ts";
import { compare, type Contest, type Disagreement, type Outcome } from "./comparison.ts";

/** So many kinds of disagreement are cut down to a minimal object; the rest are counted. */
const shownInFull = 6;

/**
 * Tells of the disagreements among outcomes, one of each kind with the smallest object that still shows it, as a file that can be
 * put into test/fixtures/pod-security. Empty where there are none.
 */
export async function report(contest: Contest, outcomes: readonly Outcome[]): Promise<string> {
  const kinds = new Map<string, { podCase: PodCase; disagreement: Disagreement; count: number }>();
  for (const { podCase, disagreements } of outcomes) {
    for (const disagreement of disagreements) {
      const known = kinds.get(kindOf(disagreement));
      if (known === undefined) kinds.set(kindOf(disagreement), { podCase, disagreement, count: 1 });
      else known.count++;
    }
  }
  const paragraphs: string[] = [];
  for (const [kind, { podCase, disagreement, count }] of kinds) {
    const heading = `${count} × ${disagreement.question}`;
    if (paragraphs.length >= shownInFull) {
      paragraphs.push(heading);
      continue;
    }
    const minimal = await reduce(contest, podCase, kind);
    const answers = Object.entries(minimal.disagreement.answers).map(([who, answer]) => `  ${who}: ${answer}`);
    const { minor, object } = minimal.podCase;
    paragraphs.push([`${heading}, for example at 1.${minor}:`, ...answers, JSON.stringify({ why: disagreement.question, minor, object }, null, 2)].join("\n"));
  }
  return paragraphs.join("\n\n");
}

/** Verdicts on one question may differ in two directions; texts in a violation differ in one kind. */
const kindOf = ({ question, answers }: Disagreement): string => ("Kubernetes" in answers ? `${question} ${JSON.stringify(answers)}` : question);

/** Takes members and elements out of a case for as long as it still shows a disagreement of the kind. */
async function reduce(contest: Contest, podCase: PodCase, kind: string): Promise<{ podCase: PodCase; disagreement: Disagreement }> {
  let smallest = podCase;
  for (;;) {
    const candidates = withOnePartLess(smallest.object).map((object) => ({ ...podCase, object }));
    const outcomes = await compare(contest, candidates);
    const showing = outcomes.filter(({ disagreements }) => disagreements.some((disagreement) => kindOf(disagreement) === kind)).map((outcome) => outcome.podCase);
    const next = showing.toSorted((left, right) => JSON.stringify(left).length - JSON.stringify(right).length)[0];
    if (next === undefined) break;
    smallest = next;
  }
  const [outcome] = await compare(contest, [smallest]);
  const disagreement = outcome?.disagreements.find((candidate) => kindOf(candidate) === kind);
  if (disagreement === undefined) throw new Error("judging the same object twice gave two verdicts");
  return { podCase: smallest, disagreement };
}

/** Every object that is this one without one of its members or elements, at any depth; apiVersion and kind stay. */
function withOnePartLess(value: unknown, isRoot = true): unknown[] {
  if (Array.isArray(value)) {
    return value.flatMap((element, index) => [value.toSpliced(index, 1), ...withOnePartLess(element, false).map((smaller) => value.with(index, smaller))]);
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    if (isRoot && (name === "apiVersion" || name === "kind")) return [];
    const { [name]: _removed, ...others } = value as Record<string, unknown>;
    return [others, ...withOnePartLess(member, false).map((smaller) => ({ ...value, [name]: smaller }))];
  });
}
