import { allContainers, defineControl, podBearing } from "portcullis";

export default defineControl({
  title: "Scenario",
  description: "A control that shows one refusal.",
  severity: "low",
  frameworks: {},
  match: podBearing(),
  check({ pod, deny }) {
    const wanted = pod.spec?.hostname ?? "none";
    const isWanted = (name: string): boolean => name === wanted;
    const isShared = (): boolean => pod.spec?.hostPID === true;
    for (const container of allContainers(pod)) {
      if (isWanted(container.name) && isShared()) deny(container, "name", "the container bears the name of its pod");
    }
  },
  remediation: "None.",
  pass: [],
  fail: [],
});
