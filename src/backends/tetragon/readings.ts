import { isAddress } from "../../dsl/library/addresses.ts";
import { capabilities, families } from "./constants.ts";
import { certainly, denied, type Filter, type HookValue, impossible, type Operator, type Said } from "./filters.ts";
import type { Test } from "./formula.ts";

/** What a hook's selectors say of a question about one field, or of its denial; undefined where they cannot. */
export type Reading = (test: Test, isDenied: boolean) => Said | undefined;

/** A reading that says of a denial the opposite of what it says of the question. */
export const both = (say: (test: Test) => Said | undefined): Reading => (test, isDenied) => {
  const said = say(test);
  return said === undefined || !isDenied ? said : denied(said);
};

/** The longest texts that a selector can hold (pkg/selectors/selectors.go). */
const longest: Partial<Record<Operator, number>> = { Equal: 4095, Prefix: 256, Postfix: 127 };

/** Texts that one filter can compare with; undefined where one is too long, empty, or none. */
export function filterOf(value: HookValue, operator: Operator, values: readonly unknown[]): readonly Filter[] | undefined {
  const fits = (each: unknown): each is string => typeof each === "string" && each !== "" && !each.includes("\0") && Buffer.byteLength(each) <= (longest[operator] ?? Infinity);
  return values.every(fits) ? [{ on: "value", value, operator, values: [...new Set(values)] }] : undefined;
}

const one = (filters: readonly Filter[] | undefined): Said | undefined => (filters === undefined ? undefined : { alternatives: [filters] });

/** A text as it stands. */
export const text = (value: HookValue, name: string): Reading => both((test) => {
  switch (test.kind) {
    case "there":
      return certainly;
    case "in":
      return one(filterOf(value, "Equal", test.values));
    case "starts":
      return one(filterOf(value, "Prefix", test.values));
    case "ends":
      return one(filterOf(value, "Postfix", test.values));
    case "contains": {
      const [start, end] = [filterOf(value, "Prefix", test.values), filterOf(value, "Postfix", test.values)];
      return start === undefined || end === undefined ? undefined : { alternatives: [start, end], narrower: `What ${name} may hold anywhere is looked for at its start and end alone.` };
    }
    default:
      return undefined;
  }
});

/** The name of the program that is started, which is the end of the path by which it is asked for. */
export const programName = (path: HookValue): Reading => both((test) => {
  if (test.kind === "there") return certainly;
  if (test.kind !== "in" && test.kind !== "ends") return undefined;
  const names = (test.values as readonly unknown[]).filter((name) => typeof name === "string");
  const said = names.length < test.values.length ? undefined : one(filterOf(path, "Postfix", test.kind === "in" ? names.map((name) => `/${name}`) : names));
  const cut = names.filter((name) => Buffer.byteLength(name) === 15);
  return said === undefined || cut.length === 0 ? said : { ...said, narrower: `Names are whole here: ${cut.join(", ")} stands for itself alone, and not for what is cut to it after 15 characters.` };
});

/** Names of ancestors, of which the nearest are seen. */
export const ancestors = (values: readonly HookValue[]): Reading => both((test) => {
  if (test.kind === "there") return certainly;
  if (test.kind !== "in") return undefined;
  const alternatives = values.map((value) => filterOf(value, "Equal", test.values));
  return alternatives.every((filters) => filters !== undefined) ? { alternatives, narrower: `Of a process's ancestors the nearest ${values.length} are seen.` } : undefined;
});

/** Names behind a number, each for itself; where a part of a name is asked for, all names that hold it. */
export const constant = (value: HookValue, numbers: Readonly<Record<string, number>>): Reading => both((test) => {
  if (test.kind === "there") return certainly;
  if (test.kind !== "in" && test.kind !== "contains") return undefined;
  const found = test.values.map((asked) => {
    if (test.kind === "in" && /^\d+$/.test(String(asked))) return [Number(asked)];
    return Object.entries(numbers).filter(([name]) => (test.kind === "in" ? name === asked : name.includes(String(asked)))).map(([, number]) => number);
  });
  return found.some((each) => each.length === 0) ? undefined : one(filterOf(value, "Equal", [...new Set(found.flat())].sort((a, b) => a - b).map(String)));
});

/** Names behind bits, of which one must be set. Where the number has few bits, it can also be said that one is not. */
export const bits = (value: HookValue, masks: Readonly<Record<string, number>>, most?: number): Reading => (test, isDenied) => {
  if (test.kind === "there") return isDenied ? impossible : certainly;
  if (test.kind !== "contains" && test.kind !== "in") return undefined;
  const known = test.values.map((name) => masks[String(name)]);
  const isPartOfOther = test.values.some((name) => Object.keys(masks).some((other) => other !== name && other.includes(String(name))));
  if (test.kind === "in" || isPartOfOther || !known.every((mask) => mask !== undefined)) return undefined;
  const mask = known.reduce((sum, each) => (sum | each) >>> 0, 0);
  if (!isDenied) return one(filterOf(value, "Mask", [String(mask)]));
  const ranges = most === undefined ? [] : rangesWithout(mask, most);
  return ranges.length === 0 || ranges.length > 4 ? undefined : one(filterOf(value, "InRange", ranges));
};

/** The numbers up to `most` that have none of the bits. */
function rangesWithout(mask: number, most: number): readonly string[] {
  const ranges: string[] = [];
  for (let start = 0; start <= most; start += 1) {
    if ((start & mask) !== 0) continue;
    let end = start;
    while (end < most && ((end + 1) & mask) === 0) end += 1;
    ranges.push(`${start}:${end}`);
    start = end;
  }
  return ranges;
}

/** A bit that a field without a name stands for. */
export const flag = (value: HookValue, mask: number): Reading => (test, isDenied) => {
  if (test.kind === "there") return isDenied ? impossible : certainly;
  return test.kind === "in" && test.values.length === 1 && test.values[0] === !isDenied ? one(filterOf(value, "Mask", [String(mask)])) : undefined;
};

/** Whether a pointer leads anywhere: the terminal of a process. */
export const pointer = (value: HookValue): Reading => both((test) => {
  if (test.kind === "there") return certainly;
  return test.kind === "in" && test.values.length === 1 && test.values[0] === 0 ? one(filterOf(value, "Equal", ["0"])) : undefined;
});

/** The family of an address, by the letters and words of `fd.typechar` and `fd.type`. */
export const family = (value: HookValue): Reading => both((test) => {
  if (test.kind === "there") return certainly;
  const names = test.kind === "in" ? test.values.map((each) => families[String(each)]) : [];
  return names.length === 0 || names.includes(undefined) ? undefined : one(filterOf(value, "Family", names));
});

export const protocol = (value: HookValue, numbers: Readonly<Record<string, number>>): Reading => both((test) => {
  if (test.kind === "there") return certainly;
  const known = test.kind === "in" ? test.values.map((each) => numbers[String(each)]) : [];
  return known.length === 0 || known.includes(undefined) ? undefined : one(filterOf(value, "Protocol", known.map(String)));
});

/** An address of either family. Networks of IPv6 that are written with dots are refused, as Tetragon would compare them with nothing. */
export const address = (value: HookValue): Reading => both((test) => {
  if (test.kind === "there") return certainly;
  if (test.kind !== "in" && test.kind !== "inside") return undefined;
  const blocks = test.values.map(String).filter((block) => isAddress(block));
  if (blocks.some((block) => block.includes(":") && block.includes("."))) return undefined;
  return blocks.length === 0 ? impossible : one(filterOf(value, "SAddr", blocks.map((block) => block.replace(/^([^:]+)\/32$|^(.+)\/128$/, "$1$2"))));
});

export const port = (value: HookValue): Reading => both((test) => {
  if (test.kind === "there") return certainly;
  if (test.kind !== "in" || !test.values.every((each) => typeof each === "number" && Number.isInteger(each) && each >= 0 && each <= 65535)) return undefined;
  return one(filterOf(value, "SPort", test.values.map(String)));
});

/** The permitted capabilities of the process. */
export const permitted: Reading = both((test) => {
  if (test.kind === "there") return certainly;
  if (test.kind !== "contains") return undefined;
  const names = test.values.map((part) => capabilities.filter((name) => name.includes(part)));
  return names.some((found) => found.length === 0) ? undefined : { alternatives: [[{ on: "capabilities", operator: "In", values: [...new Set(names.flat())] }]] };
});

/** The process's id in its own namespace. */
export const ownId: Reading = both((test) => {
  if (test.kind === "there") return certainly;
  const ids = test.kind === "in" ? test.values.filter((value): value is number => typeof value === "number" && Number.isInteger(value) && value > 0) : [];
  return ids.length === 0 || ids.length > 4 || test.kind !== "in" || ids.length < test.values.length ? undefined : { alternatives: [[{ on: "pid", operator: "In", values: ids }]] };
});

/** Whether the process is in a container: that it is in a pod, for Tetragon. */
export const inPod: Reading = (test, isDenied) => {
  const isInside = test.kind === "there" ? !isDenied : test.kind === "in" && test.values.every((value) => value === "host") && isDenied;
  return isInside ? { alternatives: [[{ on: "pod" }]] } : undefined;
};

/** The pod's namespace. Tetragon knows it from the pod's start, so none is ever without. */
export const podNamespace: Reading = (test, isDenied) => {
  if (test.kind === "there") return isDenied ? impossible : { alternatives: [[{ on: "pod" }]] };
  const names = test.kind === "in" ? test.values.map(String) : [];
  return names.length === 0 ? undefined : { alternatives: [[{ on: "namespace", operator: isDenied ? "NotIn" : "In", values: names }]] };
};

/** What is taken for granted, and why that is more than was asked for; nothing more where no reason is given. */
export const granted = (wider?: string): Reading => (_, isDenied) => (isDenied ? undefined : { ...certainly, ...(wider === undefined ? {} : { wider }) });

/** What the function gave back: 0 for success. */
export const succeeded: Reading = (test, isDenied) => (!isDenied && test.kind === "in" && test.values.length === 1 && test.values[0] === "SUCCESS" ? { alternatives: [[{ on: "return", operator: "Equal", values: ["0"] }]] } : undefined);

/** A field that events of the hook never have. */
export const absent: Reading = both(() => impossible);
