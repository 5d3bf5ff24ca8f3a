import type { auditv1 } from "portcullis";

/** A whole policy of the audit log: a case spells out the rules that it is about. */
export function auditPolicy(rules: readonly auditv1.PolicyRule[], more: Pick<auditv1.Policy, "omitStages"> = { omitStages: ["RequestReceived"] }): auditv1.Policy {
  return { apiVersion: "audit.k8s.io/v1", kind: "Policy", ...more, rules };
}

/** Some resources of one API group, the core group where none is given. */
export const of = (resources: readonly string[], group = ""): auditv1.GroupResources => ({ group, resources });

/** What the last rule of a policy should be. */
export const everything: auditv1.PolicyRule = { level: "Metadata" };
