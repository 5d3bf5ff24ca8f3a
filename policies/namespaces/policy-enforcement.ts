import { defineControl, kinds, strings } from "portcullis";

export default defineControl({
  title: "Admission policies must be enforced",
  description:
    "A policy without a binding judges nothing, and one whose bindings only audit or warn lets everything in: both stand in the cluster and look like protection. A binding to a policy that is gone is the trace of one that was deleted.",
  severity: "high",
  frameworks: {
    cis: { "1.12": ["5.2.1"] },
    nsa: { "1.2": ["pod/pss"] },
    owasp: { "2022": ["K04"], "2025": ["K04"] },
    seed: ["H13", "L03", "V03"],
  },
  match: kinds("admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy", "admissionregistration.k8s.io/v1/ValidatingAdmissionPolicyBinding"),
  parameters: {
    allowAudit: strings({ default: [], description: "Policies that need not deny yet, by name, while they are rolled out." }),
  },
  findings: {
    a: "No binding of a policy denies",
    e: "A binding names a policy that does not exist",
  },

  check({ object, parameters, lookup, deny }) {
    const name = object.metadata?.name ?? "";
    if (object.kind === "ValidatingAdmissionPolicyBinding") {
      const policy = object.spec.policyName;
      if (!lookup("admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy").some((other) => other.metadata?.name === policy)) {
        deny(object, "spec.policyName", `the binding ${name} names the policy ${policy}, which does not exist; restore the policy or delete the binding`, "e");
      }
      return;
    }
    if (parameters.allowAudit.includes(name)) return;
    const bindings = lookup("admissionregistration.k8s.io/v1/ValidatingAdmissionPolicyBinding").filter((binding) => binding.spec.policyName === name);
    if (!bindings.some((binding) => binding.spec.validationActions.includes("Deny"))) {
      deny(object, "metadata.name", `no binding of the policy ${name} denies; bind it with Deny`, "a");
    }
  },

  remediation: "Bind the policy with the action Deny, after a time with Audit or Warn; delete bindings to policies that are gone.",
  pass: [
    {
      name: "a policy with one binding that audits and one that denies",
      object: { apiVersion: "admissionregistration.k8s.io/v1", kind: "ValidatingAdmissionPolicy", metadata: { name: "no-host-ports" }, spec: { validations: [{ expression: "true" }] } },
      others: [
        { apiVersion: "admissionregistration.k8s.io/v1", kind: "ValidatingAdmissionPolicyBinding", metadata: { name: "no-host-ports.audit" }, spec: { policyName: "no-host-ports", validationActions: ["Audit"] } },
        { apiVersion: "admissionregistration.k8s.io/v1", kind: "ValidatingAdmissionPolicyBinding", metadata: { name: "no-host-ports.deny" }, spec: { policyName: "no-host-ports", validationActions: ["Deny", "Audit"] } },
      ],
    },
    {
      name: "a policy that may still only audit",
      parameters: { allowAudit: ["new-policy"] },
      object: { apiVersion: "admissionregistration.k8s.io/v1", kind: "ValidatingAdmissionPolicy", metadata: { name: "new-policy" }, spec: { validations: [{ expression: "true" }] } },
    },
    {
      name: "a binding of a policy that exists",
      object: { apiVersion: "admissionregistration.k8s.io/v1", kind: "ValidatingAdmissionPolicyBinding", metadata: { name: "no-host-ports" }, spec: { policyName: "no-host-ports", validationActions: ["Deny"] } },
      others: [{ apiVersion: "admissionregistration.k8s.io/v1", kind: "ValidatingAdmissionPolicy", metadata: { name: "no-host-ports" }, spec: { validations: [{ expression: "true" }] } }],
    },
  ],
  fail: [
    {
      name: "a policy whose only binding warns, beside one that another policy has",
      object: { apiVersion: "admissionregistration.k8s.io/v1", kind: "ValidatingAdmissionPolicy", metadata: { name: "no-host-ports" }, spec: { validations: [{ expression: "true" }] } },
      others: [
        { apiVersion: "admissionregistration.k8s.io/v1", kind: "ValidatingAdmissionPolicyBinding", metadata: { name: "no-host-ports" }, spec: { policyName: "no-host-ports", validationActions: ["Warn"] } },
        { apiVersion: "admissionregistration.k8s.io/v1", kind: "ValidatingAdmissionPolicyBinding", metadata: { name: "no-host-paths" }, spec: { policyName: "no-host-paths", validationActions: ["Deny"] } },
      ],
      at: [{ finding: "a", path: "metadata.name" }],
    },
    {
      name: "a policy that nothing binds",
      object: { apiVersion: "admissionregistration.k8s.io/v1", kind: "ValidatingAdmissionPolicy", metadata: { name: "no-host-ports" }, spec: { validations: [{ expression: "true" }] } },
      at: [{ finding: "a", path: "metadata.name" }],
    },
    {
      name: "a binding of a policy that is gone",
      object: { apiVersion: "admissionregistration.k8s.io/v1", kind: "ValidatingAdmissionPolicyBinding", metadata: { name: "no-host-ports" }, spec: { policyName: "no-host-ports", validationActions: ["Deny"] } },
      others: [{ apiVersion: "admissionregistration.k8s.io/v1", kind: "ValidatingAdmissionPolicy", metadata: { name: "no-host-paths" }, spec: { validations: [{ expression: "true" }] } }],
      at: [{ finding: "e", path: "spec.policyName" }],
    },
  ],
});
