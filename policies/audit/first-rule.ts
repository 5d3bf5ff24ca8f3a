import type { auditv1 } from "portcullis";
import type { Resource } from "./resources.ts";

/** How much of a request is written down, from least to most. */
export const levels = ["None", "Metadata", "Request", "RequestResponse"] as const;

/** Who makes a request, and in which namespace: `""` for what is in none, and for a list of all namespaces. */
export interface Requester {
  readonly user: string;
  readonly groups: readonly string[];
  readonly namespace: string;
}

/** A person who may be anyone. */
const plainGroups = ["system:authenticated"];

/** A person in an application's namespace, in that of the cluster's own parts, and in none. */
export const persons = [
  { user: "jane", groups: plainGroups, namespace: "shop" },
  { user: "jane", groups: plainGroups, namespace: "kube-system" },
  { user: "jane", groups: plainGroups, namespace: "" },
] as const;

/** A node and a controller, each in an application's namespace. */
export const machines = [
  { user: "system:node:worker-1", groups: ["system:nodes", "system:authenticated"], namespace: "shop" },
  { user: "system:kube-controller-manager", groups: plainGroups, namespace: "shop" },
] as const;

/**
 * Whether a rule concerns a resource, whoever asks and by whichever verb. A rule for some names concerns none: what the names are
 * is up to whoever creates the objects. `*` stands for every resource and subresource, `pods/*` for pods and all below them,
 * and the scale subresource of all by a star before it; a star for the group counts from 1.37 on.
 * Source: pkg/audit/policy/checker.go of k8s.io/apiserver.
 */
export function concerns(rule: auditv1.PolicyRule, { group, full, all, everywhere }: Resource, minor: number): boolean {
  const entries = rule.resources ?? [];
  if (entries.length === 0) return (rule.nonResourceURLs ?? []).length === 0;
  return entries.some((entry) => {
    const named = entry.resources ?? [];
    if ((entry.group ?? "") !== group && !(entry.group === "*" && minor >= 37)) return false;
    return named.length === 0 || ((entry.resourceNames ?? []).length === 0 && named.some((word) => word === "*" || word === full || word === all || word === everywhere));
  });
}

/**
 * Whether a rule is the first that some request meets: one of the requesters by one of the verbs, whom none of the earlier
 * rules takes. All of them concern the resource that is asked for.
 */
export function isMet(rule: auditv1.PolicyRule, earlier: readonly auditv1.PolicyRule[], requesters: readonly Requester[], verbs: readonly string[]): boolean {
  return requesters.some((requester) => verbs.some((verb) => takes(rule, requester, verb) && !earlier.some((other) => takes(other, requester, verb))));
}

/** Whether some request meets none of the rules, all of which concern the resource that is asked for: nothing is logged of it. */
export function isMissed(rules: readonly auditv1.PolicyRule[], requesters: readonly Requester[], verbs: readonly string[]): boolean {
  return requesters.some((requester) => verbs.some((verb) => !rules.some((rule) => takes(rule, requester, verb))));
}

/** Whether a rule holds for who asks, where, and how. Verbs are compared as they stand: a star is a verb that no request has. */
function takes(rule: auditv1.PolicyRule, { user, groups, namespace }: Requester, verb: string): boolean {
  return isOpenTo(rule.verbs, [verb]) && isOpenTo(rule.users, [user]) && isOpenTo(rule.userGroups, groups) && isOpenTo(rule.namespaces, [namespace]);
}

/** How much a level writes down: 0 for nothing, 1 for metadata, 2 for the body of a request, 3 for that of the response too. */
export function amountOf(level: string | undefined): number {
  if (level === "RequestResponse") return 3;
  if (level === "Request") return 2;
  return level === "Metadata" ? 1 : 0;
}

/** A list of a rule that is empty restricts nothing. */
function isOpenTo(entries: readonly string[] | undefined, words: readonly string[]): boolean {
  return (entries ?? []).length === 0 || (entries ?? []).some((entry) => words.includes(entry));
}
