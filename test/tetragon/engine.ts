import { parseAllDocuments } from "yaml";
import type { EmittedFile } from "../../src/backends/backend.ts";

/** A call of a hooked function, as a policy sees it. */
export interface Call {
  readonly call: string;
  /** By `index:resolve` for arguments, by `task:resolve` for what is the process's. */
  readonly values: Readonly<Record<string, string | number | Address | undefined>>;
  readonly returns: number;
  /** The namespace of the process's pod; undefined on the node itself. */
  readonly namespace: string | undefined;
  readonly ownId: number;
  readonly permitted: readonly string[];
}

/** The address of a socket, or of the other end. */
export interface Address {
  readonly family: "AF_UNIX" | "AF_INET" | "AF_INET6";
  readonly address?: string;
  readonly port?: number;
  readonly protocol?: number;
}

interface Comparison {
  readonly args: readonly number[];
  readonly operator: string;
  readonly values: readonly string[];
}

interface Selector {
  readonly matchPIDs?: readonly { readonly operator: "In" | "NotIn"; readonly values: readonly number[] }[];
  readonly matchCapabilities?: readonly { readonly operator: "In" | "NotIn"; readonly values: readonly string[] }[];
  readonly matchArgs?: readonly Comparison[];
  readonly matchData?: readonly Comparison[];
  readonly matchReturnArgs?: readonly { readonly operator: string; readonly values: readonly string[] }[];
}

interface Value {
  readonly index: number;
  readonly resolve?: string;
}

interface Spec {
  readonly podSelector?: { readonly matchExpressions?: readonly { readonly key: string; readonly operator: "In" | "NotIn"; readonly values: readonly string[] }[] };
  readonly hostSelector?: object;
  readonly kprobes: readonly { readonly call: string; readonly args?: readonly Value[]; readonly data?: readonly Value[]; readonly selectors: readonly Selector[] }[];
}

/** A tracing policy. */
export interface Policy {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly annotations: Readonly<Record<string, string>> };
  readonly spec: Spec;
}

/** The tracing policies among emitted files. */
export const loadPolicies = (files: readonly EmittedFile[]): readonly Policy[] =>
  files.filter(({ path }) => path.endsWith(".yaml")).flatMap(({ content }) => parseAllDocuments(String(content), { version: "1.2" }).map((document) => document.toJS() as Policy)).filter(({ kind }) => kind.startsWith("TracingPolicy"));

/** Whether a policy reports a call: one of the selectors of one of its hooks holds for it. */
export function reports({ metadata, spec }: Policy, call: Call): boolean {
  if (!isFor(spec, metadata.namespace, call.namespace)) return false;
  return spec.kprobes.some((hook) => hook.call === call.call && hook.selectors.some((selector) => holds(selector, hook.args ?? [], hook.data ?? [], call)));
}

function isFor({ hostSelector, podSelector }: Spec, own: string | undefined, namespace: string | undefined): boolean {
  if (own !== undefined) return namespace === own;
  if (podSelector === undefined && hostSelector === undefined) return true;
  if (namespace === undefined) return hostSelector !== undefined;
  return podSelector !== undefined && (podSelector.matchExpressions ?? []).every(({ key, operator, values }) => {
    if (key !== "k8s:io.kubernetes.pod.namespace") throw new Error(`no pod has the label ${key}`);
    return values.includes(namespace) === (operator === "In");
  });
}

function holds({ matchArgs = [], matchCapabilities = [], matchData = [], matchPIDs = [], matchReturnArgs = [] }: Selector, args: readonly Value[], data: readonly Value[], call: Call): boolean {
  const inTheList = (isThere: boolean, operator: "In" | "NotIn"): boolean => isThere === (operator === "In");
  return matchPIDs.every(({ operator, values }) => inTheList(values.includes(call.ownId), operator))
    && matchCapabilities.every(({ operator, values }) => inTheList(values.some((value) => call.permitted.includes(value)), operator))
    && matchReturnArgs.every(({ values }) => values.includes(String(call.returns)))
    && matchArgs.every((each) => compares(each, args.map(({ index, resolve = "" }) => call.values[`${index}:${resolve}`])))
    && matchData.every((each) => compares(each, data.map(({ resolve = "" }) => call.values[`task:${resolve}`])));
}

function compares({ args: [place = -1], operator, values }: Comparison, given: readonly Call["values"][string][]): boolean {
  const value = given[place];
  // What could not be read matches nothing, denials included (bpf/process/types/basic.h, is_arg_ok).
  if (value === undefined) return false;
  if (typeof value === "object") return comparesAddress(operator, values, value);
  const positive = operator.startsWith("Not") ? operator.slice(3) : operator;
  const found = typeof value === "number" ? comparesNumber(positive, values, value) : comparesText(positive, values, value);
  return operator.startsWith("Not") ? !found : found;
}

const within = (range: string, value: number): boolean => {
  const [first = "", last = first] = range.split(":");
  return Number(first) <= value && value <= Number(last);
};

function comparesNumber(operator: string, values: readonly string[], value: number): boolean {
  switch (operator) {
    case "Equal":
      return values.some((each) => Number(each) === value);
    case "Mask":
      return values.some((each) => (BigInt(each) & BigInt(value)) !== 0n);
    case "InMap":
    case "InRange":
      return values.some((each) => within(each, value));
    default:
      throw new Error(`numbers are not compared by ${operator}`);
  }
}

function comparesText(operator: string, values: readonly string[], value: string): boolean {
  switch (operator) {
    case "Equal":
      return values.includes(value);
    case "Prefix":
      return values.some((each) => value.startsWith(each));
    case "Postfix":
      return values.some((each) => value.endsWith(each));
    default:
      throw new Error(`texts are not compared by ${operator}`);
  }
}

const protocolNumbers: Readonly<Record<string, number>> = { IPPROTO_ICMP: 1, IPPROTO_TCP: 6, IPPROTO_UDP: 17 };

function comparesAddress(operator: string, values: readonly string[], { address, family, port, protocol }: Address): boolean {
  const isInternet = family !== "AF_UNIX";
  switch (operator) {
    case "Family":
      return values.includes(family);
    case "SPort":
      return values.some((each) => within(each, port ?? 0));
    case "NotSPort":
      return !values.some((each) => within(each, port ?? 0));
    case "SAddr":
      return isInternet && values.some((each) => inNetwork(each, address ?? ""));
    case "NotSAddr":
      return isInternet && !values.some((each) => inNetwork(each, address ?? ""));
    case "Protocol":
      return values.some((each) => (each in protocolNumbers ? protocolNumbers[each] === protocol : within(each, protocol ?? 0)));
    default:
      throw new Error(`addresses are not compared by ${operator}`);
  }
}

/** By the bits, apart from what the language does. */
function inNetwork(network: string, address: string): boolean {
  const [base = "", length] = network.split("/");
  if (base.includes(":") !== address.includes(":")) return false;
  const [left, right] = [bitsOf(base), bitsOf(address)];
  const count = length === undefined ? left.length : Number(length);
  return left.slice(0, count) === right.slice(0, count);
}

function bitsOf(address: string): string {
  if (!address.includes(":")) return address.split(".").map((part) => Number(part).toString(2).padStart(8, "0")).join("");
  const [head = "", tail] = address.split("::");
  const [first, last] = [head, tail ?? ""].map((half) => (half === "" ? [] : half.split(":")));
  const parts = tail === undefined ? (first ?? []) : [...(first ?? []), ...Array<string>(8 - (first?.length ?? 0) - (last?.length ?? 0)).fill("0"), ...(last ?? [])];
  return parts.map((part) => parseInt(part, 16).toString(2).padStart(16, "0")).join("");
}
