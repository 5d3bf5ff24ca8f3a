import type { CheckIr, Clause, Step } from "../ir/control.ts";
import { componentKinds } from "../kubernetes/components/names.ts";
import { readComponent } from "../kubernetes/components/read-component.ts";
import { podBearingKinds } from "../kubernetes/pod-bearing.ts";
import { componentValue } from "../plain/component-value.ts";
import { parsePath } from "../plain/violation.ts";
import { ExpressionCompiler } from "./code.ts";
import { type Code, Observations, type Run } from "./compiler.ts";
import type { Level, Obligation } from "./obligation.ts";
import { type CaseRequest, isObject, type Key, partAt, partsOf } from "./request.ts";

/** One violation that a clause finds: the part of the object, the path under it, and the message. */
interface Found {
  readonly anchor: unknown;
  readonly path: readonly unknown[];
  readonly message: string;
}

type StepCode = (run: Run, then: () => void) => void;

interface ClauseProgram {
  readonly steps: (run: Run, then: () => void) => void;
  readonly violation: (run: Run) => Found;
  /** The ids of its obligations: from the first up to, and without, the last. */
  readonly first: number;
  readonly last: number;
}

/** What one request shows of a check. */
export interface Sight {
  /** For each obligation that the request shows: how well. */
  readonly shown: ReadonlyMap<number, Level>;
  /** The obligations that the request comes near to: the fault acts, and something else hides it, after so many steps. */
  readonly near: readonly { readonly id: number; readonly depth: number }[];
}

/** A check, ready to be run over many requests, with its obligations. */
export class CheckProgram {
  readonly check: CheckIr;
  readonly obligations: readonly Obligation[];
  readonly #effort = { spent: 0 };
  readonly #clauses: readonly ClauseProgram[];
  readonly #frame: unknown[] = [];
  readonly #spare: Uint8Array;

  constructor(check: CheckIr) {
    this.check = check;
    const obligations: Obligation[] = [];
    this.#clauses = check.clauses.map((clause, index) => {
      const first = obligations.length;
      const compiler = new ExpressionCompiler((obligation) => obligations.push({ ...obligation, id: obligations.length, clause: index }) - 1);
      return { first, ...compileClause(clause, compiler), last: obligations.length };
    });
    this.obligations = obligations;
    this.#spare = new Uint8Array(obligations.length);
  }

  /** How many calls and visited elements its runs took so far: what they cost, on whatever machine. */
  get effort(): number {
    return this.#effort.spent;
  }

  /** Whether the check judges the request's object at all. */
  judges({ object }: CaseRequest): boolean {
    if (!isObject(object) || !this.check.match.kinds.some(({ apiVersion, kind }) => apiVersion === object["apiVersion"] && kind === object["kind"])) return false;
    const { component, form } = this.check.match;
    if (component !== undefined && saysFlags(object)) return readComponent(object, component) !== undefined;
    return form !== "pod-bearing" || podIn(object) !== undefined;
  }

  /** What the request shows of the obligations that `open` asks for, with a level above the given one. */
  look(request: CaseRequest, open: (id: number) => Level | undefined, observed?: Observations): Sight {
    const shown = new Map<number, Level>();
    const near: { id: number; depth: number }[] = [];
    if (!this.judges(request)) return { shown, near };
    const run = this.#start(request);
    run.observed = observed;
    const hits = new Uint8Array(this.obligations.length);
    for (const clause of this.#clauses) {
      run.hits = hits;
      run.fault = -1;
      run.depth = 0;
      const found = findings(clause, run);
      run.hits = this.#spare;
      for (let id = clause.first; id < clause.last; id += 1) {
        if (hits[id] === 0) continue;
        const known = open(id);
        if (known === undefined) continue;
        if (this.obligations[id]?.shownBy === "sight") {
          shown.set(id, 2);
          continue;
        }
        run.fault = id;
        const level = differenceOf(found, findings(clause, run));
        if (level > known) shown.set(id, level);
        else if (level === 0) near.push({ id, depth: run.depth });
      }
    }
    return { shown, near };
  }

  /** Whether the request shows one obligation at least at a level. */
  shows(request: CaseRequest, id: number, level: Level): boolean {
    const obligation = this.obligations[id];
    const clause = this.#clauses[obligation?.clause ?? -1];
    if (obligation === undefined || clause === undefined || !this.judges(request)) return false;
    const run = this.#start(request);
    const hits = new Uint8Array(this.obligations.length);
    run.hits = hits;
    const found = findings(clause, run);
    if (hits[id] === 0) return false;
    if (obligation.shownBy === "sight") return true;
    run.fault = id;
    run.hits = this.#spare;
    return differenceOf(found, findings(clause, run)) >= level;
  }

  /** The members that the check reads and does not find: the obligation to see that, the owner and the key. */
  absences(request: CaseRequest): { readonly id: number; readonly owner: object; readonly key: string }[] {
    if (!this.judges(request)) return [];
    const found: { id: number; owner: object; key: string }[] = [];
    const run = this.#start(request);
    run.absent = (id, owner, key) => found.push({ id, owner, key });
    for (const clause of this.#clauses) findings(clause, run);
    return found;
  }

  /** The paths, as keys, and the message of every violation that the check finds. For tests that hold this run to the plain one. */
  violations(request: CaseRequest): { readonly place: readonly Key[]; readonly message: string; readonly finding?: string }[] {
    if (!this.judges(request)) return [];
    const run = this.#start(request);
    run.hits = this.#spare;
    const places = new Map(partsOf(request.object).map(([place, part]) => [part, place]));
    return this.#clauses.flatMap((clause, index) =>
      findings(clause, run).map(({ anchor, path, message }) => {
        const finding = this.check.clauses[index]?.finding;
        const place = this.check.clauses[index]?.placed === true ? parsePath(path.join("")) : [...(places.get(anchor) ?? []), ...(path as readonly Key[])];
        return { place, message, ...(finding === undefined ? {} : { finding }) };
      }),
    );
  }

  #start(request: CaseRequest): Run {
    const { component } = this.check.match;
    const roots = { ...request, pod: podIn(request.object), ...(component === undefined ? {} : { component: componentValue(request.object, component) }) };
    return { fault: -1, depth: 0, hits: this.#spare, frame: this.#frame, roots, effort: this.#effort, observed: undefined, absent: undefined };
  }
}

const saysFlags = ({ apiVersion, kind }: Readonly<Record<string, unknown>>): boolean => componentKinds.some((name) => name === `${String(apiVersion)}/${String(kind)}`);

/** The pod in an object, for a kind that holds one. */
function podIn(object: unknown): unknown {
  if (!isObject(object)) return undefined;
  const row = podBearingKinds.find(({ apiVersion, kind }) => apiVersion === object["apiVersion"] && kind === object["kind"]);
  return row === undefined ? undefined : partAt(object, row.podPath);
}

function findings({ steps, violation }: ClauseProgram, run: Run): Found[] {
  const found: Found[] = [];
  steps(run, () => found.push(violation(run)));
  return found;
}

/** Whether two runs of a clause deny other paths, say other things of the same ones, or find the same. */
function differenceOf(left: readonly Found[], right: readonly Found[]): Level {
  const isIn = (found: Found, list: readonly Found[], message: boolean): boolean =>
    list.some((other) => other.anchor === found.anchor && other.path.length === found.path.length && other.path.every((key, index) => key === found.path[index]) && (!message || other.message === found.message));
  if (left.some((found) => !isIn(found, right, false)) || right.some((found) => !isIn(found, left, false))) return 2;
  return left.some((found) => !isIn(found, right, true)) || right.some((found) => !isIn(found, left, true)) ? 1 : 0;
}

function compileClause(clause: Clause, compiler: ExpressionCompiler): Pick<ClauseProgram, "steps" | "violation"> {
  const codes = clause.steps.map((step) => compileStep(step, compiler));
  const anchor = compiler.value(clause.anchor);
  const path = clause.path.map((segment): Code => (typeof segment === "string" ? () => segment : compiler.value(segment)));
  const message = compiler.value(clause.message);
  const steps = codes.reduceRight<StepCode>(
    (rest, code, index) => (run, then) =>
      code(run, () => {
        run.depth = Math.max(run.depth, index + 1);
        rest(run, then);
      }),
    (_run, then) => then(),
  );
  return { steps, violation: (run) => ({ anchor: anchor(run), path: path.map((segment) => segment(run)), message: String(message(run)) }) };
}

function compileStep(step: Step, compiler: ExpressionCompiler): StepCode {
  switch (step.kind) {
    case "when": {
      const condition = compiler.condition(step.condition);
      return (run, then) => {
        if (condition(run) === true) then();
      };
    }
    case "let": {
      const value = compiler.value(step.value);
      const slot = compiler.slot(step.binding.id);
      return (run, then) => {
        run.frame[slot] = value(run);
        then();
      };
    }
    case "each": {
      const walk = compiler.walk(step.list);
      const bind = compiler.bind(step.binder);
      return (run, then) => {
        const { values, keys } = walk(run);
        for (const [index, value] of values.entries()) {
          bind(run, value, keys?.[index] ?? index);
          then();
        }
      };
    }
  }
}
