import { defineControl, kinds } from "portcullis";

export default defineControl({
  title: "Scenario",
  description: "A control that shows one refusal.",
  severity: "low",
  frameworks: {},
  match: kinds("v1/Namespace"),

  check({ object, lookup, deny }) {
    const policies = lookup("networking.k8s.io/v1/NetworkPolicy");
    if (!policies.some((policy) => policy.metadata?.namespace === object.metadata?.name)) {
      deny(object, "metadata.name", "the namespace has no NetworkPolicy");
    }
  },

  remediation: "None.",
  pass: [],
  fail: [],
});
