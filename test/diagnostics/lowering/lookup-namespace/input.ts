import { defineControl, kinds, namespaceOf } from "portcullis";

export default defineControl({
  title: "Scenario",
  description: "A control that shows one refusal.",
  severity: "low",
  frameworks: {},
  match: kinds("v1/ServiceAccount"),

  check({ object, lookup, deny }) {
    const roles = lookup("rbac.authorization.k8s.io/v1/ClusterRole", namespaceOf(object));
    if (roles.length === 0) deny(object, "metadata.name", "there is no role");
  },

  remediation: "None.",
  pass: [],
  fail: [],
});
