import type { Severity } from "../../dsl/control.ts";
import { tacticsOf } from "../../frameworks/attack-tactics.ts";
import { annotationsOf } from "../annotations.ts";
import type { CompiledDetection } from "../backend.ts";
import type { Filter, HookValue } from "./filters.ts";
import { limits } from "./limits.ts";
import { isSame, type PackedHook, type PackedPolicy } from "./pack.ts";

type Json = Readonly<Record<string, unknown>>;

/** What a policy document needs to know beside its hooks. */
export interface PolicyFacts {
  readonly detection: CompiledDetection;
  readonly finding?: string;
  readonly title: string;
  /** How what it reports differs from the detection, in sentences. */
  readonly differs: readonly string[];
  readonly kills: boolean;
  /** The namespace that a policy of the namespaced kind is in. */
  readonly namespace?: string;
}

/** A policy as Tetragon takes it. */
export function policyDocument(name: string, { hooks, scope }: PackedPolicy, facts: PolicyFacts): Json {
  const { detection, differs, finding, namespace } = facts;
  const { id, domain, source } = detection;
  const { frameworks, response, severity, title, description } = detection.detection;
  const annotations = annotationsOf({ id, domain, source, control: { title, description, severity, frameworks, remediation: response } as never, check: undefined as never });
  return {
    apiVersion: "cilium.io/v1alpha1",
    kind: namespace === undefined ? "TracingPolicy" : "TracingPolicyNamespaced",
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      annotations: { ...annotations, ...(finding === undefined ? {} : { "portcullis.dev/finding": finding }), ...(differs.length === 0 ? {} : { "portcullis.dev/differs": differs.join(" ") }) },
    },
    spec: { ...selectorsOf(scope), kprobes: hooks.map((hook) => kprobe(hook, facts)) },
  };
}

/** The label by which Tetragon knows the namespace of a pod (pkg/labels). */
const namespaceLabel = "k8s:io.kubernetes.pod.namespace";

/** Without any selector a policy is for the node's own processes too; one of pods' namespaces needs the node named. */
function selectorsOf({ namespaces, node, pods }: PackedPolicy["scope"]): Json {
  if (node && pods && namespaces.length === 0) return {};
  const podSelector = namespaces.length === 0 ? {} : { matchExpressions: namespaces.map(({ operator, values }) => ({ key: namespaceLabel, operator, values })) };
  return { ...(pods ? { podSelector } : {}), ...(node ? { hostSelector: {} } : {}) };
}

function kprobe({ hook, selectors, values }: PackedHook, facts: PolicyFacts): Json {
  const args = values.filter(({ index }) => index !== undefined);
  const data = values.filter(({ index }) => index === undefined);
  const returns = selectors.flat().some(({ on }) => on === "return");
  return {
    call: hook.call,
    syscall: hook.isSyscall,
    ...(returns ? { return: true } : {}),
    message: messageOf(facts.title),
    ...(args.length === 0 ? {} : { args: args.map(({ index, label, resolve, type }) => ({ index, type, ...(resolve === undefined ? {} : { resolve }), ...(label === undefined ? {} : { label }) })) }),
    ...(data.length === 0 ? {} : { data: data.map(({ label, resolve, type }, index) => ({ index, type, source: "current_task", resolve, ...(label === undefined ? {} : { label }) })) }),
    ...(returns ? { returnArg: { index: 0, type: "int" } } : {}),
    selectors: selectors.map((filters) => ({ ...selectorDocument(filters, args, data), matchActions: [{ action: facts.kills ? "Sigkill" : "Post" }] })),
    tags: tagsOf(facts),
  };
}

function selectorDocument(filters: readonly Filter[], args: readonly HookValue[], data: readonly HookValue[]): Json {
  const of = (values: readonly HookValue[]): readonly Json[] => filters.flatMap((filter) => {
    const place = filter.on === "value" ? values.findIndex((value) => isSame(value, filter.value)) : -1;
    return filter.on !== "value" || place < 0 ? [] : [{ args: [place], ...comparison(filter) }];
  });
  const pids = filters.flatMap((filter) => (filter.on === "pid" ? [{ operator: filter.operator, isNamespacePID: true, values: filter.values }] : []));
  const capabilities = filters.flatMap((filter) => (filter.on === "capabilities" ? [{ type: "Permitted", operator: filter.operator, values: filter.values }] : []));
  const returned = filters.flatMap((filter) => (filter.on === "return" ? [{ index: 0, operator: filter.operator, values: filter.values }] : []));
  const parts: Json = { matchPIDs: pids, matchCapabilities: capabilities, matchArgs: of(args), matchData: of(data), matchReturnArgs: returned };
  return Object.fromEntries(Object.entries(parts).filter(([, list]) => (list as readonly unknown[]).length > 0));
}

const protocolNames: Readonly<Record<string, string>> = { "1": "IPPROTO_ICMP", "6": "IPPROTO_TCP", "17": "IPPROTO_UDP" };
const numbers: ReadonlySet<string> = new Set(["int", "uint16", "uint32", "uint64"]);

/** An operator and its values. More than four numbers are compared by a map. */
function comparison({ operator, value, values }: Extract<Filter, { on: "value" }>): Json {
  if (operator === "Protocol") return { operator, values: values.map((each) => protocolNames[each] ?? each) };
  const isMap = values.length > limits.numbers && numbers.has(value.type) && (operator === "Equal" || operator === "NotEqual");
  return { operator: isMap ? (operator === "Equal" ? "InMap" : "NotInMap") : operator, values };
}

/** What Tetragon can show: without quotes and backslashes, which it refuses, and no longer than it takes. */
const messageOf = (title: string): string => title.replace(/["\\\u0000-\u001f\u007f-\uffff]+/g, " ").slice(0, limits.message);

const ranks = { critical: "critical", high: "high", medium: "medium", low: "low", info: "info" } as const satisfies Record<Severity, string>;

function tagsOf({ detection, finding }: PolicyFacts): readonly string[] {
  const { severity, techniques } = detection.detection;
  const own = [`control:${detection.id}`, ...(finding === undefined ? [] : [`finding:${finding}`]), `severity:${ranks[severity]}`];
  return [...own, ...techniques, ...tacticsOf(techniques).map((tactic) => `mitre_${tactic}`)].slice(0, limits.tags);
}
