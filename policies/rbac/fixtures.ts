import type { metav1, rbacv1 } from "portcullis";

/** Whole manifests of RBAC for the cases of a control: a case spells out the rules or subjects that it is about. */
export function clusterRole(name: string, rules: readonly rbacv1.PolicyRule[], metadata: metav1.ObjectMeta = {}): rbacv1.ClusterRole {
  return { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name, ...metadata }, rules };
}

/** A Role in the namespace `shop`, where nothing else is said. */
export function role(name: string, rules: readonly rbacv1.PolicyRule[], namespace = "shop"): rbacv1.Role {
  return { apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", metadata: { name, namespace }, rules };
}

/** A binding of a ClusterRole in the whole cluster. */
export function clusterRoleBinding(name: string, clusterRoleName: string, subjects: readonly rbacv1.Subject[]): rbacv1.ClusterRoleBinding {
  return { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRoleBinding", metadata: { name }, roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: clusterRoleName }, subjects };
}

/** A binding of a ClusterRole, or of a Role where that is said, in the namespace `shop` or another one. */
export function roleBinding(name: string, roleName: string, subjects: readonly rbacv1.Subject[], { namespace = "shop", kind = "ClusterRole" } = {}): rbacv1.RoleBinding {
  return { apiVersion: "rbac.authorization.k8s.io/v1", kind: "RoleBinding", metadata: { name, namespace }, roleRef: { apiGroup: "rbac.authorization.k8s.io", kind, name: roleName }, subjects };
}

export const serviceAccount = (namespace: string, name: string): rbacv1.Subject => ({ kind: "ServiceAccount", namespace, name });
export const user = (name: string): rbacv1.Subject => ({ apiGroup: "rbac.authorization.k8s.io", kind: "User", name });
export const group = (name: string): rbacv1.Subject => ({ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name });
