import type { rbacv1 } from "../../kubernetes/index.ts";

/**
 * Whether one rule of a role grants one of the verbs on one of the resources of one of the API groups; stars in the rule count.
 * The core group is `""`. For subresources ask `grantsSubresource`.
 */
export function grants(rule: rbacv1.PolicyRule, verbs: readonly string[], groups: readonly string[], resources: readonly string[]): boolean {
  return namesAny(rule.verbs, verbs) && namesAny(rule.apiGroups, groups) && namesAny(rule.resources, resources);
}

/** Whether one rule of a role grants one of the verbs on one of the subresources of a resource of an API group. */
export function grantsSubresource(rule: rbacv1.PolicyRule, verbs: readonly string[], group: string, resource: string, subresources: readonly string[]): boolean {
  return namesAny(rule.verbs, verbs) && concernsSubresource(rule, group, resource, subresources);
}

/**
 * Whether one rule of a role grants something, whatever its verbs are, on one of the subresources of a resource. A lone star
 * among the resources stands for subresources too, and a star before a slash for the subresource of every resource; `pods` and
 * `pods/*` grant nothing on `pods/exec`. Source: pkg/apis/rbac/v1/evaluation_helpers.go of Kubernetes.
 */
export function concernsSubresource(rule: rbacv1.PolicyRule, group: string, resource: string, subresources: readonly string[]): boolean {
  return namesAny(rule.apiGroups, [group]) && (rule.resources ?? []).some((entry) => entry === "*" || subresources.some((subresource) => entry === `${resource}/${subresource}` || entry === `*/${subresource}`));
}

/** Whether a list of a rule holds one of the words, or the star that stands for all of them. */
export function namesAny(entries: readonly string[] | undefined, words: readonly string[]): boolean {
  return (entries ?? []).some((entry) => entry === "*" || words.includes(entry));
}

/**
 * What a role or a binding is called where exceptions are listed: the name of a ClusterRole or ClusterRoleBinding, namespace and
 * name of the others, such as `shop/reader`.
 */
export function fullNameOf(object: rbacv1.Role | rbacv1.ClusterRole | rbacv1.RoleBinding | rbacv1.ClusterRoleBinding): string {
  const name = object.metadata?.name ?? "";
  return object.kind.startsWith("Cluster") ? name : `${object.metadata?.namespace ?? "default"}/${name}`;
}
