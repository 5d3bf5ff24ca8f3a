import { stringify } from "yaml";
import type { CompiledControl } from "../../../src/backends/backend.ts";
import { difference as differenceOfMessage } from "../../../src/verify/comparison.ts";
import { type Case, groupedBy } from "./case.ts";
import { expectationOf, type Expectation } from "./expectation.ts";
import type { Engine, Verdict } from "./judges.ts";
import { shrink } from "./shrink.ts";

/** A case on which an engine and the plain run part. */
export interface Disagreement {
  readonly asked: Case;
  /** In which way, in few words: disagreements of one kind are likely to have one cause. */
  readonly kind: string;
  readonly verdict: Verdict;
  readonly expected: Partial<Expectation> & { readonly fault?: string };
}

/** What an engine made of the cases of one control. */
export interface Outcome {
  readonly judged: number;
  /** By the plain run, less what a condition leaves out. */
  readonly denied: number;
  readonly leftOut: number;
  readonly disagreements: readonly Disagreement[];
}

/** A control with what an update has to change of a pod's metadata. */
export interface Subject {
  readonly control: CompiledControl;
  readonly metadata: readonly (readonly string[])[];
}

/** Has an engine judge cases, and holds it to the plain run. */
export async function compare(engine: Engine, { control, metadata }: Subject, cases: readonly Case[]): Promise<Outcome> {
  const verdicts = await engine.judge(control, cases);
  const disagreements: Disagreement[] = [];
  let [denied, leftOut] = [0, 0];
  for (const [index, asked] of cases.entries()) {
    const verdict = verdicts[index] ?? { allowed: false, error: "no verdict" };
    let expected: Expectation;
    try {
      expected = expectationOf(engine, control, metadata, asked);
    } catch (error) {
      disagreements.push({ asked, kind: "the plain run throws", verdict, expected: { fault: String(error) } });
      continue;
    }
    if (expected.texts.length > 0) denied += 1;
    if (expected.leftOut) leftOut += 1;
    const kind = isSpent(engine, verdict, asked) ? undefined : differenceOf(verdict, expected);
    if (kind !== undefined) disagreements.push({ asked, kind, verdict, expected });
  }
  return { judged: cases.length, denied, leftOut, disagreements };
}

/** Whether an engine denied a huge object and had nothing left for its message. Of others it has to say what is wrong. */
const isSpent = ({ spentMessage }: Engine, { allowed, message }: Verdict, { object }: Case): boolean => !allowed && message !== undefined && message === spentMessage && JSON.stringify(object).length > 100_000;

/** How a verdict differs from what is expected; undefined where both say the same. */
function differenceOf(verdict: Verdict, { leftOut, texts }: Expectation): string | undefined {
  if (verdict.error !== undefined) return `no verdict: ${verdict.error}`;
  if (verdict.allowed !== (texts.length === 0)) return verdict.allowed ? "allows what the plain run denies" : leftOut ? "judges an update that changes nothing" : "denies what the plain run allows";
  if (verdict.skipped === true && !leftOut) return "leaves out what it has to judge";
  if (verdict.texts !== undefined) return [...verdict.texts].sort().join("\0") === [...texts].sort().join("\0") ? undefined : "says something else";
  // A message is one line.
  const lines = [...new Set(texts.map((text) => text.replaceAll("\n", " ")))];
  return differenceOfMessage({ allowed: verdict.allowed, message: verdict.message ?? "" }, lines) === undefined ? undefined : "says something else";
}

/** So many kinds of disagreement are cut down to a minimal case; the rest are counted. */
const shownInFull = 3;

/**
 * Tells of the disagreements between an engine and the plain run, as YAML: for each kind the smallest case that still shows it.
 * Empty where there are none.
 */
export async function report(engine: Engine, subject: Subject, { disagreements }: Outcome): Promise<string> {
  const kinds = groupedBy(disagreements, ({ kind }) => kind);
  const documents: string[] = [];
  for (const [kind, found] of kinds) {
    const smallest = found.toSorted((left, right) => sizeOf(left.asked) - sizeOf(right.asked))[0] as Disagreement;
    const minimal = documents.length < shownInFull ? await minimalOf(engine, subject, smallest) : smallest;
    const { asked, expected, verdict } = minimal;
    documents.push(stringify({ engine: engine.name, control: subject.control.id, disagreement: kind, cases: found.length, plain: shortened(expected), verdict: shortened(verdict), asked }, { lineWidth: 0, aliasDuplicateObjects: false }));
  }
  return documents.join("---\n");
}

/** At most ten texts, and a message of 500 characters, so that a report of 500 containers can be read. */
const shortened = <Said extends { readonly texts?: readonly string[]; readonly message?: string }>(said: Said): Said => ({ ...said, ...(said.texts === undefined ? {} : { texts: said.texts.slice(0, 10) }), ...(said.message === undefined ? {} : { message: said.message.slice(0, 500) }) });

const sizeOf = (asked: Case): number => JSON.stringify(asked).length;

async function minimalOf(engine: Engine, subject: Subject, disagreement: Disagreement): Promise<Disagreement> {
  let smallest = disagreement;
  await shrink(disagreement.asked, async (candidates) => {
    const { disagreements } = await compare(engine, subject, candidates);
    const same = disagreements.find(({ kind }) => kind === disagreement.kind);
    if (same !== undefined) smallest = same;
    return same?.asked;
  });
  return smallest;
}
