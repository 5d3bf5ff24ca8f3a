import { mayDeny } from "../../ir/clause-kinds.ts";
import { type CheckIr, judgesPods, kindsWithoutPod, type MatchedKind, type MatchRule } from "../../ir/control.ts";
import type { Expression } from "../../ir/expressions.ts";
import { children, visit } from "../../ir/walk.ts";
import { resources } from "../../kubernetes/generated/resources.ts";
import { ephemeralContainersResource } from "../../kubernetes/pod-bearing.ts";
import { byPlace, isOfKind, podAt } from "../cel/roots.ts";
import { printCel } from "../cel/print.ts";
import { any, atom, binary, select } from "../cel/syntax.ts";
import { stringLiteral } from "../cel/text.ts";

/** A row of `matchConstraints.resourceRules`, as the API has it. */
export interface ResourceRule {
  readonly apiGroups: readonly string[];
  readonly apiVersions: readonly string[];
  readonly operations: readonly string[];
  readonly resources: readonly string[];
}

const served: Readonly<Record<string, { readonly plural: string }>> = resources;

/**
 * The matched kinds that admission never sees: configuration files, which no API server serves, and the documents that say a
 * component's flags. Of a static Pod the API server gets a mirror, and to deny that stops nothing. None, where manifests are judged.
 */
export const unservedKinds = ({ component, files, kinds }: MatchRule): readonly MatchedKind[] => (component === undefined && files === undefined ? kinds.filter(({ apiVersion, kind }) => served[`${apiVersion}/${kind}`] === undefined) : kinds);

/** Subresources that a whole Namespace is sent to, and that write its labels and annotations too. */
export const namespaceSubresources = ["namespaces/finalize", "namespaces/status"];

/** Whether a check tells what a request changes from what was there before. */
export const judgesChanges = ({ capabilities }: Pick<CheckIr, "capabilities">): boolean => capabilities.some(({ name }) => name === "oldObject");

/**
 * Which requests a policy judges: those that create or change objects of the served kinds, and debug containers that join a Pod.
 * `ofChanges`: also the other ways to change a Namespace, for checks that let through what a request leaves as it was.
 */
export function resourceRules(match: MatchRule, ofChanges = false): readonly ResourceRule[] {
  const groups = new Map<string, string[]>();
  for (const { apiVersion, kind } of match.kinds) {
    const plural = served[`${apiVersion}/${kind}`]?.plural;
    if (plural === undefined) continue;
    const isPod = judgesPods(match) && plural === "pods";
    groups.set(apiVersion, [...(groups.get(apiVersion) ?? []), plural, ...(isPod ? [ephemeralContainersResource] : []), ...(ofChanges && apiVersion === "v1" && plural === "namespaces" ? namespaceSubresources : [])]);
  }
  return [...groups].map(([apiVersion, plurals]) => {
    const [version = "", group = ""] = apiVersion.split("/").reverse();
    return { apiGroups: [group], apiVersions: [version], operations: ["CREATE", "UPDATE"], resources: plurals };
  });
}

/**
 * The condition that leaves out updates which change nothing that a control of pods reads: the spec of the pod and, where it
 * reads them, annotations and labels. So a workload that runs already can still be labelled, scaled and deleted by its
 * finalizers, as Pod Security Admission has it. Conditions cannot read the policy's variables.
 */
export function changeCondition(check: CheckIr): { readonly name: string; readonly expression: string } | undefined {
  const parts = changingParts(check);
  if (parts === undefined) return undefined;
  const changed = byPlace((path) => any(parts.map((part) => binary("!=", podAt(atom("object"), path, part), podAt(atom("oldObject"), path, part)))));
  const holdsNone = kindsWithoutPod(check.match).map(({ kind }) => isOfKind(kind));
  return { name: "pod-changed", expression: printCel(any([binary("!=", select(atom("request"), "operation"), stringLiteral("UPDATE")), ...holdsNone, changed])) };
}

/** The parts of a pod whose change has an update judged; undefined where every update is. Objects of kinds that hold no pod are judged at each. */
export const changingParts = (check: CheckIr): readonly (readonly string[])[] | undefined => (judgesPods(check.match) ? [["spec"], ...metadataParts(ofPods(check))] : undefined);

/** A check without the clauses that are for kinds without a pod alone. */
function ofPods(check: CheckIr): CheckIr {
  const others = kindsWithoutPod(check.match);
  const holding = check.match.kinds.filter((kind) => !others.includes(kind));
  return others.length === 0 ? check : { ...check, clauses: check.clauses.filter((clause) => holding.some((kind) => mayDeny(clause, kind))) };
}

/** Whether a check judges the labels or annotations of Namespaces, which more requests can write than those for the Namespace itself. */
export const judgesNamespaceLabels = (check: CheckIr): boolean =>
  check.match.kinds.some(({ apiVersion, kind }) => apiVersion === "v1" && kind === "Namespace") && metadataParts(check).some(([, part]) => part === undefined || part === "labels" || part === "annotations");

/** The parts of metadata that a check reads: each member by itself, all of it where it is handed on as a whole. */
function metadataParts(check: CheckIr): readonly (readonly string[])[] {
  const found = new Set<string>();
  const seen = new Set<string>();
  // With a value for where there is none, it is the same metadata: `pod.metadata ?? {}`.
  const isMetadata = (node: Expression): boolean => (node.kind === "member" && node.name === "metadata") || (node.kind === "coalesce" && isMetadata(node.value));
  const search = (expression: Expression): void =>
    visit(expression, (node) => {
      if (node.kind === "member" && isMetadata(node.object)) found.add(`metadata.${node.name}`);
      else if (!isMetadata(node) && node.kind !== "present" && children(node).some(isMetadata)) found.add("metadata");
      if (node.kind !== "call" || seen.has(node.function.id)) return;
      seen.add(node.function.id);
      search(node.function.body);
    });
  for (const { steps, anchor, message } of check.clauses) {
    for (const step of steps) {
      const part = step.kind === "each" ? step.list : step.kind === "let" ? step.value : step.condition;
      if (isMetadata(part)) found.add("metadata");
      search(part);
    }
    search(anchor);
    search(message);
  }
  return found.has("metadata") ? [["metadata"]] : [...found].map((path) => path.split("."));
}
