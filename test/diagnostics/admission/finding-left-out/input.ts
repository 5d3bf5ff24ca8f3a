import { defineControl, kinds } from "portcullis";

export default defineControl({
  title: "Scenario",
  description: "A control that shows one refusal.",
  severity: "low",
  frameworks: {},
  match: kinds("v1/Namespace"),
  findings: { a: "It has no labels", b: "It has no NetworkPolicy" },

  check({ object, lookup, deny }) {
    const name = object.metadata?.name ?? "";
    if (object.metadata?.labels === undefined) deny(object, "metadata.labels", "the namespace has no labels", "a");
    if (lookup("networking.k8s.io/v1/NetworkPolicy", name).length === 0) deny(object, "metadata.name", "the namespace has no NetworkPolicy", "b");
  },

  remediation: "None.",
  pass: [],
  fail: [],
});
