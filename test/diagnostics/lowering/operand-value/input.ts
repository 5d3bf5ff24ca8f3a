import { defineControl, podBearing } from "portcullis";

export default defineControl({
  title: "Scenario",
  description: "A control that shows one refusal.",
  severity: "low",
  frameworks: {},
  match: podBearing(),
  check({ pod, deny }) {
    const nonRoot = pod.spec?.securityContext && pod.spec.securityContext.runAsNonRoot;
    if (nonRoot === undefined) deny(pod, "spec.securityContext.runAsNonRoot", "nothing is said of root");
    const account = pod.spec?.serviceAccountName || "default";
    if (account === "default") deny(pod, "spec.serviceAccountName", "the pod runs under the default account");
    if (pod.spec?.hostPID || pod.spec?.hostIPC) deny(pod, "spec", "as a condition this is fine");
  },
  remediation: "None.",
  pass: [],
  fail: [],
});
