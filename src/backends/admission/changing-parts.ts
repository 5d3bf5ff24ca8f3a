import { mayDeny } from "../../ir/clause-kinds.ts";
import { type CheckIr, judgesPods, kindsWithoutPod } from "../../ir/control.ts";
import type { Binding, Expression } from "../../ir/expressions.ts";
import { children, visit } from "../../ir/walk.ts";

/** A part of an object: the members on the way to it. */
type Part = readonly string[];

/** The parts of a pod whose change has an update judged; undefined where every update is. Objects of kinds that hold no pod are judged at each. */
export const changingParts = (check: CheckIr): readonly Part[] | undefined => (judgesPods(check.match) ? [["spec"], ...metadataParts(ofPods(check))] : undefined);

/** A check without the clauses that are for kinds without a pod alone. */
function ofPods(check: CheckIr): CheckIr {
  const others = kindsWithoutPod(check.match);
  const holding = check.match.kinds.filter((kind) => !others.includes(kind));
  return others.length === 0 ? check : { ...check, clauses: check.clauses.filter((clause) => holding.some((kind) => mayDeny(clause, kind))) };
}

/** The parts of metadata that a check reads: each member by itself, all of it where it is handed on as a whole. */
export function metadataParts(check: CheckIr): readonly Part[] {
  const reader = new MetadataReader();
  for (const { steps, anchor, message, path } of check.clauses) {
    for (const step of steps) {
      if (step.kind === "let") reader.name(step.binding, step.value);
      else reader.read(step.kind === "each" ? step.list : step.condition);
    }
    for (const part of [anchor, message, ...path]) if (typeof part !== "string") reader.read(part);
  }
  return reader.parts();
}

/** Follows metadata through a check. What is not known to read a member of it counts as reading all: a condition must not leave out too much. */
class MetadataReader {
  readonly #members = new Set<string>();
  readonly #named = new Set<number>();
  readonly #functions = new Set<string>();
  #whole = false;

  parts(): readonly Part[] {
    return this.#whole ? [["metadata"]] : [...this.#members].map((name) => ["metadata", name]);
  }

  /** What a const stands for: metadata under another name is still metadata. */
  name({ id }: Pick<Binding, "id">, value: Expression): void {
    if (this.#isMetadata(value)) this.#named.add(id);
    else this.read(value);
  }

  read(expression: Expression): void {
    if (this.#isMetadata(expression)) this.#whole = true;
    visit(expression, (node) => this.#see(node));
  }

  #see(node: Expression): void {
    if (node.kind === "member" && this.#isMetadata(node.object)) this.#members.add(node.name);
    else if (node.kind === "let" && this.#isMetadata(node.value)) {
      this.#named.add(node.binding.id);
      if (this.#isMetadata(node.body)) this.#whole = true;
    } else if (!this.#isMetadata(node) && children(node).some((child) => this.#isMetadata(child))) this.#whole = true;
    if (node.kind !== "call" || this.#functions.has(node.function.id)) return;
    this.#functions.add(node.function.id);
    this.read(node.function.body);
  }

  /** Also with a value for where there is none: `pod.metadata ?? {}`. */
  #isMetadata(node: Expression): boolean {
    return (node.kind === "member" && node.name === "metadata") || (node.kind === "coalesce" && this.#isMetadata(node.value)) || (node.kind === "variable" && this.#named.has(node.binding.id));
  }
}
