import type { Fact, Formula, Literal } from "./formula.ts";

/** What must hold at once. */
export type Conjunction = readonly Literal[];

/** Past so many alternatives nobody could read, or the kernel run, what they become. */
export const mostConjunctions = 400;

/** A condition as alternatives of which none says less than another; undefined where there are too many of them. */
export function conjunctionsOf(formula: Formula): readonly Conjunction[] | undefined {
  const found = expand(formula);
  return found === undefined ? undefined : withoutCovered(found);
}

function expand(formula: Formula): readonly Conjunction[] | undefined {
  switch (formula.kind) {
    case "constant":
      return formula.value ? [[]] : [];
    case "fact":
    case "unknown":
      return [[formula]];
    case "any": {
      const each = formula.operands.map(expand);
      if (each.some((alternatives) => alternatives === undefined)) return undefined;
      const alternatives = each.flatMap((some) => some ?? []);
      return alternatives.length > mostConjunctions ? undefined : alternatives;
    }
    case "all":
      return formula.operands.reduce<readonly Conjunction[] | undefined>((done, operand) => {
        const more = expand(operand);
        if (done === undefined || more === undefined) return undefined;
        const product = withoutCovered(done.flatMap((left) => more.flatMap((right) => conjoined(left, right) ?? [])));
        return product.length > mostConjunctions ? undefined : product;
      }, [[]]);
  }
}

/** Both at once; undefined where they cannot hold together. */
function conjoined(left: Conjunction, right: Conjunction): [Conjunction] | undefined {
  const literals = new Map(left.map((literal) => [keyOf(literal), literal]));
  for (const literal of right) {
    if (literals.has(keyOf({ ...literal, denied: !literal.denied }))) return undefined;
    const same = [...literals].find(([, other]) => narrows(other, literal));
    if (same === undefined) {
      literals.set(keyOf(literal), literal);
      continue;
    }
    const [key, other] = same;
    const both = common(other as Fact, literal as Fact);
    if (both === undefined) return undefined;
    literals.delete(key);
    literals.set(keyOf(both), both);
  }
  return [[...literals.values()]];
}

/** Whether both ask one field for one of some values. */
function narrows(left: Literal, right: Literal): boolean {
  if (left.kind !== "fact" || right.kind !== "fact" || left.field !== right.field || left.field === "proc.aname") return false;
  return left.test.kind === "in" && right.test.kind === "in" && !left.denied && !right.denied;
}

function common(left: Fact, right: Fact): Fact | undefined {
  if (left.test.kind !== "in" || right.test.kind !== "in") return undefined;
  const others = right.test.values;
  const values = left.test.values.filter((value) => others.includes(value));
  return values.length === 0 ? undefined : { ...left, test: { kind: "in", values } };
}

export function keyOf(literal: Literal): string {
  const asked = literal.kind === "fact" ? [literal.field, literal.test] : [literal.span.file, literal.span.start, literal.what];
  return JSON.stringify([...asked, literal.denied]);
}

/** Leaves out each alternative that holds only where another one does. */
function withoutCovered(alternatives: readonly Conjunction[]): readonly Conjunction[] {
  const keys = alternatives.map((conjunction) => new Set(conjunction.map(keyOf)));
  return alternatives.filter((_, index) => {
    const own = keys[index] ?? new Set<string>();
    return !keys.some((other, at) => at !== index && other.size <= own.size && (other.size < own.size || at < index) && [...other].every((key) => own.has(key)));
  });
}
