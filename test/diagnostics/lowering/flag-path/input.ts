import { component, defineControl } from "portcullis";

export default defineControl({
  title: "Scenario",
  description: "A control that shows one refusal.",
  severity: "low",
  frameworks: {},
  match: component("kube-apiserver"),
  check({ component: server, deny }) {
    const profiling = server.flags["profiling"];
    if (profiling !== undefined) deny(profiling, "value", "a message");
  },
  remediation: "None.",
  pass: [],
  fail: [],
});
