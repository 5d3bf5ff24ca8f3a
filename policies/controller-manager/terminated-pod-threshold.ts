import { boolean, component, decimal, defineControl, integer } from "portcullis";
import { controllerManager, controllerManagerProcess, kubeadmControllerManager, otherComponent } from "./fixtures.ts";

export default defineControl({
  title: "Terminated Pods must be collected",
  description:
    "Pods that have ended stay in etcd until the collector takes them. With the collector off, whoever may create Jobs fills etcd with what they leave, until the API server answers nobody.",
  severity: "low",
  frameworks: { cis: { "1.12": ["1.3.1"] }, owasp: { "2022": ["K09"], "2025": ["K07"] } },
  match: component("kube-controller-manager"),
  parameters: {
    max: integer({ default: 12_500, minimum: 1, description: "How many Pods that have ended may stay." }),
    requireExplicit: boolean({ default: false, description: "Whether the flag must be given; without it 12500 Pods may stay." }),
  },

  check({ component: manager, parameters, deny }) {
    const threshold = manager.flags["terminated-pod-gc-threshold"];
    if (threshold === undefined) {
      if (parameters.requireExplicit) deny(manager, "", "--terminated-pod-gc-threshold is not set");
      else if (parameters.max < 12_500) deny(manager, "", "--terminated-pod-gc-threshold is not set, which means 12500");
    } else if (!/^0*[1-9][0-9]*$/.test(threshold.value)) {
      deny(threshold, "", `--terminated-pod-gc-threshold is ${threshold.value}, which collects nothing`);
    } else if (decimal(threshold.value) > parameters.max) {
      deny(threshold, "", `--terminated-pod-gc-threshold is ${threshold.value}, more than ${parameters.max}`);
    }
  },

  remediation: "Set --terminated-pod-gc-threshold to a number that the cluster needs, or remove it.",
  pass: [
    { name: "the default", object: controllerManager("--leader-elect=true") },
    { name: "as many as are allowed", object: controllerManagerProcess("--terminated-pod-gc-threshold", "12500") },
    { name: "few, as must be said", parameters: { max: 1000, requireExplicit: true }, object: kubeadmControllerManager({ name: "terminated-pod-gc-threshold", value: "1" }) },
    { name: "another component", object: otherComponent("--terminated-pod-gc-threshold=0") },
  ],
  fail: [
    { name: "zero, which switches the collector off", object: controllerManager("--terminated-pod-gc-threshold=0"), at: ["spec.containers[0].command[1]"] },
    { name: "less than zero, which does too", object: kubeadmControllerManager({ name: "terminated-pod-gc-threshold", value: "-1" }), at: ["controllerManager.extraArgs[0].value"] },
    { name: "no whole number, which the component refuses", object: controllerManagerProcess("--terminated-pod-gc-threshold=1e9"), at: ["flags[0]"] },
    { name: "one more than is allowed", object: controllerManagerProcess("--terminated-pod-gc-threshold=12501"), at: ["flags[0]"] },
    { name: "a default that is more than is allowed", parameters: { max: 12_499 }, object: kubeadmControllerManager({ name: "profiling", value: "false" }), at: ["controllerManager.extraArgs"] },
    { name: "unspoken where it must be said", parameters: { requireExplicit: true }, object: controllerManager("--leader-elect=true"), at: ["spec.containers[0].command"] },
  ],
});
