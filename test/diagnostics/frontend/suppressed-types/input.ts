import { allContainers, defineControl, podBearing } from "portcullis";

export default defineControl({
  title: "Scenario",
  description: "A control that shows one refusal.",
  severity: "low",
  frameworks: {},
  match: podBearing(),
  check({ pod, deny }) {
    const words = "// @ts-ignore";
    for (const container of allContainers(pod)) {
      // @ts-ignore
      if (pod.spec.hostPID === true && container.name !== words) deny(container, "name", "the pod shares the process namespace of the node");
      /* @ts-expect-error */
      if (pod.spec.hostIPC === true) deny(pod, "spec.hostIPC", "the pod shares the IPC namespace of the node");
    }
  },
  remediation: "None.",
  pass: [],
  fail: [],
});
