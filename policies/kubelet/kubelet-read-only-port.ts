import { component, defineControl } from "portcullis";
import { kubeletFile, kubeletProcess, kubeletWithFile, otherComponent } from "./fixtures.ts";
import { fileOf, withoutFile } from "./settings.ts";

export default defineControl({
  title: "The kubelet must not open its read-only port",
  description:
    "The port asks nobody who they are. Any Pod that reaches a node reads there which Pods run on it, with the environment variables and addresses in their specifications, and plans the next step.",
  severity: "high",
  frameworks: { cis: { "1.12": ["4.2.4"] }, nsa: { "1.2": ["cp/kubelet"] }, owasp: { "2022": ["K09"], "2025": ["K06", "K07"] }, seed: ["H12"] },
  match: component("kubelet", "kubelet.config.k8s.io/v1beta1/KubeletConfiguration"),

  check({ object, component: kubelet, deny }) {
    const file = fileOf(object);
    const alone = withoutFile(kubelet, object);
    const port = kubelet?.flags["read-only-port"];
    const filePort = file?.readOnlyPort ?? 0;
    if (port && port.value !== "0") deny(port, "", `--read-only-port is ${port.value}`);
    if (file && port === undefined && filePort !== 0) deny(file, "readOnlyPort", `the read-only port is ${filePort}`);
    if (alone && port === undefined) deny(alone, "", "--read-only-port is not set, which means 10255 without a file");
  },

  remediation: "Remove readOnlyPort from the kubelet's file, or set it to 0; without a file set --read-only-port=0.",
  pass: [
    { name: "a file that leaves it closed", object: kubeletFile() },
    { name: "a file that says so", object: kubeletWithFile({ readOnlyPort: 0 }) },
    { name: "a flag that overrules the file", object: kubeletWithFile({ readOnlyPort: 10255 }, "--read-only-port=0") },
    { name: "the flag alone", object: kubeletProcess("--read-only-port", "0") },
    { name: "a command line that names a file, which is judged where it stands", object: kubeletProcess("--config=/var/lib/kubelet/config.yaml") },
    { name: "another component", object: otherComponent("--read-only-port=10255") },
  ],
  fail: [
    { name: "a file that opens it", object: kubeletFile({ readOnlyPort: 10255 }), at: ["readOnlyPort"] },
    { name: "another port in the file beside the command line", object: kubeletWithFile({ readOnlyPort: 8080 }), at: ["config.readOnlyPort"] },
    { name: "a flag that overrules the file", object: kubeletWithFile({ readOnlyPort: 0 }, "--read-only-port=10255"), at: ["flags[1]"] },
    { name: "flags alone, whose default opens it", object: kubeletProcess("--kubeconfig=/etc/kubernetes/kubelet.conf"), at: ["flags"] },
  ],
});
