/**
 * Whether a role is one of those that every API server creates at its start and that hold by design what a control asks for. An
 * API server whose own roles were refused would not start, and the roles are needed. Only whole names count: whoever writes a
 * role can choose its prefix and its labels.
 *
 * Source: plugin/pkg/auth/authorizer/rbac/bootstrappolicy of Kubernetes 1.32 to 1.37; test/engines/bootstrap-roles.test.ts holds
 * each list to it.
 */
export function isBootstrapRole(fullName: string, names: readonly string[], kubernetesMinor: number): boolean {
  return names.includes(fullName) && (kubernetesMinor >= 37 || fullName !== "system:controller:storage-version-migrator-controller");
}
