import { limits } from "../limits.ts";

interface Comparison {
  readonly operator: string;
  readonly args?: readonly number[];
  readonly values?: readonly string[];
}

interface Selector {
  readonly matchArgs?: readonly Comparison[];
  readonly matchData?: readonly Comparison[];
  readonly matchPIDs?: readonly { readonly values: readonly number[] }[];
  readonly matchActions?: readonly unknown[];
}

interface Value {
  readonly type: string;
  readonly source?: string;
  readonly resolve?: string;
}

interface Hook {
  readonly call: string;
  readonly message?: string;
  readonly args?: readonly Value[];
  readonly data?: readonly Value[];
  readonly selectors?: readonly Selector[];
  readonly tags?: readonly string[];
}

/** By type of a value, the operators that the programs in the kernel know; they take others and never match. */
const operators: Readonly<Record<string, readonly string[]>> = Object.fromEntries([
  ...["file", "path", "linux_binprm", "string"].map((type) => [type, ["Equal", "NotEqual", "Prefix", "NotPrefix", "Postfix", "NotPostfix"]]),
  ...["int", "uint16", "uint32", "uint64"].map((type) => [type, ["Equal", "NotEqual", "Mask", "InMap", "NotInMap", "InRange", "NotInRange", "GT", "LT"]]),
  ["sockaddr", ["SAddr", "NotSAddr", "SPort", "NotSPort", "Family"]],
  ["socket", ["SAddr", "NotSAddr", "DAddr", "NotDAddr", "SPort", "NotSPort", "DPort", "NotDPort", "Protocol", "Family", "State"]],
]);

const counted: ReadonlySet<string> = new Set(["Equal", "NotEqual", "Mask", "GT", "LT", "InRange", "NotInRange"]);
const numbers: ReadonlySet<string> = new Set(["int", "uint16", "uint32", "uint64"]);

/**
 * What is wrong with the specification of a policy although it fits the CRD: what Tetragon 1.7 refuses when it loads it, and what it takes
 * and then never matches. (Source: cilium/tetragon, pkg/selectors/kernel.go, pkg/sensors/tracing/generickprobe.go, bpf/process/types/basic.h.)
 */
export function policyFaults(spec: unknown): readonly string[] {
  const { kprobes = [] } = (spec ?? {}) as { readonly kprobes?: readonly Hook[] };
  const calls = kprobes.map(({ call }) => call);
  const twice = [...new Set(calls.filter((call, index) => calls.indexOf(call) !== index))];
  const none = kprobes.length === 0 ? ["/spec hooks nothing"] : [];
  return [...none, ...twice.map((call) => `/spec/kprobes hooks ${call} twice, which Tetragon refuses`), ...kprobes.flatMap((hook, index) => hookFaults(hook).map((text) => `/spec/kprobes/${index} (${hook.call}) ${text}`))];
}

function hookFaults({ args = [], data = [], message = "", selectors = [], tags = [] }: Hook): readonly string[] {
  return [
    ...atMost(selectors.length, limits.selectors, "selectors"),
    ...atMost(args.length + data.length, limits.values, "arguments and data"),
    ...atMost(message.length, limits.message, "characters of its message"),
    ...(/["\\\u0000-\u001f\u007f-\uffff]/.test(message) || message.length < 2 ? ["has a message that Tetragon refuses"] : []),
    ...atMost(tags.length, limits.tags, "tags"),
    ...tags.flatMap((tag) => atMost(tag.length, limits.tag, `characters of the tag ${tag}`)),
    ...data.flatMap(({ resolve, source }) => (source === "current_task" && resolve !== undefined ? [] : ["has data that comes from nowhere"])),
    ...(selectors.length === 0 ? ["has no selector, and reports each call"] : []),
    ...selectors.flatMap((selector, index) => selectorFaults(selector, args, data).map((text) => `selector ${index} ${text}`)),
  ];
}

function selectorFaults({ matchActions = [], matchArgs = [], matchData = [], matchPIDs = [] }: Selector, args: readonly Value[], data: readonly Value[]): readonly string[] {
  return [
    ...atMost(matchArgs.length + matchData.length, limits.values, "comparisons"),
    ...atMost(matchActions.length, 3, "actions"),
    ...matchPIDs.flatMap(({ values }) => atMost(values.length, 4, "process ids")),
    ...matchArgs.flatMap((comparison) => comparisonFaults(comparison, args)),
    ...matchData.flatMap((comparison) => comparisonFaults(comparison, data)),
  ];
}

function comparisonFaults({ args: [place] = [], operator, values = [] }: Comparison, of: readonly Value[]): readonly string[] {
  const value = place === undefined ? undefined : of[place];
  if (value === undefined) return ["compares a value that the hook does not read"];
  const longest = operator.endsWith("Prefix") ? 256 : operator.endsWith("Postfix") ? 127 : 4095;
  return [
    ...(operators[value.type]?.includes(operator) === true ? [] : [`compares ${value.type} by ${operator}, which never holds`]),
    ...(values.length === 0 ? ["compares with nothing"] : []),
    ...(counted.has(operator) && (numbers.has(value.type) || operator.endsWith("InRange")) ? atMost(values.length, limits.numbers, `values of ${operator}`) : []),
    ...(numbers.has(value.type) ? [] : values.flatMap((text) => [...atMost(Buffer.byteLength(text), longest, `bytes of ${JSON.stringify(text)}`), ...(text === "" ? ["compares with an empty text"] : [])])),
  ];
}

const atMost = (count: number, most: number, what: string): readonly string[] => (count > most ? [`has ${count} ${what}, and may have ${most}`] : []);
