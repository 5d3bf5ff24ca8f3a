import { defineControl, kinds } from "portcullis";

export default defineControl({
  title: "Scenario",
  description: "A control that shows one refusal.",
  severity: "low",
  frameworks: {},
  match: kinds("v1/Namespace"),

  check({ object, lookup, deny }) {
    const configurations = lookup("apiserver.config.k8s.io/v1/EncryptionConfiguration");
    if (configurations.length === 0) {
      deny(object, "metadata.name", "nothing is encrypted");
    }
  },

  remediation: "None.",
  pass: [],
  fail: [],
});
