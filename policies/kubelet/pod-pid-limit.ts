import { component, decimal, defineControl, integer } from "portcullis";
import { kubeletFile, kubeletProcess, kubeletWithFile, otherComponent } from "./fixtures.ts";
import { fileOf, withoutFile } from "./settings.ts";

export default defineControl({
  title: "The kubelet must limit the processes of a Pod",
  description:
    "All Pods of a node draw process ids from one pool. Without a limit a fork bomb in one of them takes the last id, and then neither the other Pods nor the kubelet itself can start anything.",
  severity: "medium",
  frameworks: { cis: { "1.12": ["4.2.13"] }, nsa: { "1.2": ["net/resource-policies"] }, owasp: { "2022": ["K09"], "2025": ["K07"] } },
  match: component("kubelet", "kubelet.config.k8s.io/v1beta1/KubeletConfiguration"),
  parameters: { max: integer({ default: 16_384, minimum: 1, description: "How many processes a Pod may have. Java and databases need some thousands." }) },

  check({ object, component: kubelet, parameters, deny }) {
    const file = fileOf(object);
    const alone = withoutFile(kubelet, object);
    const limit = kubelet?.flags["pod-max-pids"];
    const given = limit && /^[0-9]{1,15}$/.test(limit.value) ? decimal(limit.value) : 0;
    const fileLimit = file?.podPidsLimit ?? -1;
    if (limit && (given === 0 || given > parameters.max)) deny(limit, "", `--pod-max-pids is ${limit.value}, not between 1 and ${parameters.max}`);
    if (file && limit === undefined && (fileLimit < 1 || fileLimit > parameters.max)) deny(file, "podPidsLimit", `podPidsLimit ${fileLimit < 1 ? "sets no limit" : `is ${fileLimit}`}; set it between 1 and ${parameters.max}`);
    if (alone && limit === undefined) deny(alone, "", "--pod-max-pids is not set, which means no limit");
  },

  remediation: "Set podPidsLimit in the kubelet's file to what the largest Pod needs, 4096 for example.",
  pass: [
    { name: "a limit", object: kubeletFile({ podPidsLimit: 4096 }) },
    { name: "as many as are allowed", object: kubeletWithFile({ podPidsLimit: 16_384 }) },
    { name: "a flag that overrules the file", object: kubeletWithFile({ podPidsLimit: -1 }, "--pod-max-pids=16384") },
    { name: "the flag alone", object: kubeletProcess("--pod-max-pids", "1") },
    { name: "one process, of which one is allowed", parameters: { max: 1 }, object: kubeletFile({ podPidsLimit: 1 }) },
    { name: "a command line that names a file, which is judged where it stands", object: kubeletProcess("--config=/var/lib/kubelet/config.yaml") },
    { name: "another component", object: otherComponent("--pod-max-pids=-1") },
  ],
  fail: [
    { name: "a file that says nothing", object: kubeletFile(), at: ["podPidsLimit"] },
    { name: "no limit, spelt out", object: kubeletWithFile({ podPidsLimit: -1 }), at: ["config.podPidsLimit"] },
    { name: "zero", object: kubeletFile({ podPidsLimit: 0 }), at: ["podPidsLimit"] },
    { name: "more than is allowed", object: kubeletFile({ podPidsLimit: 16_385 }), at: ["podPidsLimit"] },
    { name: "a flag that overrules the file", object: kubeletWithFile({ podPidsLimit: 4096 }, "--pod-max-pids=-1"), at: ["flags[1]"] },
    { name: "more than is allowed, by a flag", object: kubeletProcess("--pod-max-pids=16385"), at: ["flags[0]"] },
    { name: "flags alone, which say nothing", object: kubeletProcess("--kubeconfig=/etc/kubernetes/kubelet.conf"), at: ["flags"] },
  ],
});
