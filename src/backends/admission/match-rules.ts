import { type CheckIr, judgesPods, kindsWithoutPod, type MatchedKind, type MatchRule } from "../../ir/control.ts";
import { resources } from "../../kubernetes/generated/resources.ts";
import { ephemeralContainersResource } from "../../kubernetes/pod-bearing.ts";
import { byPlace, isOfKind, podAt } from "../cel/roots.ts";
import { printCel } from "../cel/print.ts";
import { any, atom, binary, select } from "../cel/syntax.ts";
import { stringLiteral } from "../cel/text.ts";
import { changingParts, metadataParts } from "./changing-parts.ts";

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

/** Whether a check judges the labels or annotations of Namespaces, which more requests can write than those for the Namespace itself. */
export const judgesNamespaceLabels = (check: CheckIr): boolean =>
  check.match.kinds.some(({ apiVersion, kind }) => apiVersion === "v1" && kind === "Namespace") && metadataParts(check).some(([, part]) => part === undefined || part === "labels" || part === "annotations");
