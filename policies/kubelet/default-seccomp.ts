import { component, defineControl } from "portcullis";
import { kubeletFile, kubeletProcess, kubeletWithFile, otherComponent } from "./fixtures.ts";
import { fileOf, withoutFile } from "./settings.ts";

export default defineControl({
  title: "The kubelet must confine Pods that name no seccomp profile",
  description:
    "A Pod that says nothing runs unconfined, with every system call that the kernel knows: most ways out of a container begin with one that no ordinary program needs.",
  severity: "medium",
  frameworks: { cis: { "1.12": ["4.2.14"] }, nsa: { "1.2": ["pod/seccomp"] }, owasp: { "2022": ["K09"], "2025": ["K01", "K07"] } },
  match: component("kubelet", "kubelet.config.k8s.io/v1beta1/KubeletConfiguration"),

  check({ object, component: kubelet, deny }) {
    const file = fileOf(object);
    const alone = withoutFile(kubelet, object);
    const flag = kubelet?.flags["seccomp-default"];
    if (flag && flag.value !== "true") deny(flag, "", `--seccomp-default is ${flag.value}`);
    if (file && flag === undefined && file.seccompDefault !== true) deny(file, "seccompDefault", "seccompDefault is not true");
    if (alone && flag === undefined) deny(alone, "", "--seccomp-default is not set, which turns it off");
  },

  remediation: "Set seccompDefault: true in the kubelet's file; Pods that need more can still ask for Unconfined where policies let them.",
  pass: [
    { name: "a file that turns it on", object: kubeletFile({ seccompDefault: true }) },
    { name: "a flag that overrules the file", object: kubeletWithFile({ seccompDefault: false }, "--seccomp-default") },
    { name: "the flag alone", object: kubeletProcess("--seccomp-default=true") },
    { name: "a command line that names a file, which is judged where it stands", object: kubeletProcess("--config=/var/lib/kubelet/config.yaml") },
    { name: "another component", object: otherComponent("--seccomp-default=false") },
  ],
  fail: [
    { name: "a file that says nothing", object: kubeletFile(), at: ["seccompDefault"] },
    { name: "a file that turns it off", object: kubeletWithFile({ seccompDefault: false }), at: ["config.seccompDefault"] },
    { name: "a flag that overrules the file", object: kubeletWithFile({ seccompDefault: true }, "--seccomp-default=false"), at: ["flags[1]"] },
    { name: "flags alone, which say nothing", object: kubeletProcess("--kubeconfig=/etc/kubernetes/kubelet.conf"), at: ["flags"] },
  ],
});
