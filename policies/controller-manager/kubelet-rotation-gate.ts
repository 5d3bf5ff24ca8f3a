import { component, defineControl } from "portcullis";
import { controllerManager, controllerManagerProcess, kubeadmControllerManager, otherComponent } from "./fixtures.ts";

export default defineControl({
  title: "The rotation of kubelets' serving certificates must not be switched off",
  description:
    "Certificates that nobody renews are made to last for years instead. A key that was stolen from a node then answers in the kubelet's name as long, and hears what exec and logs carry.",
  severity: "medium",
  frameworks: { cis: { "1.12": ["1.3.6"] }, owasp: { "2022": ["K09"], "2025": ["K07"] } },
  match: component("kube-controller-manager"),

  check({ component: manager, deny }) {
    const gates = manager.flags["feature-gates"]?.items ?? [];
    const settings = gates.filter(({ value }) => /^(kube:)?RotateKubeletServerCertificate *=/.test(value));
    const last = settings[settings.length - 1];
    if (last && /= *(0|f|F|false|False|FALSE)$/.test(last.value)) deny(last, "", `--feature-gates says ${last.value}`);
  },

  remediation: "Take RotateKubeletServerCertificate out of --feature-gates: it is on by default.",
  pass: [
    { name: "no gates, which leaves it on", object: controllerManager("--leader-elect=true") },
    { name: "on, and another gate off", object: controllerManager("--feature-gates=RotateKubeletServerCertificate=true,OpenAPIEnums=false") },
    { name: "off, and on again later", object: controllerManagerProcess("--feature-gates=RotateKubeletServerCertificate=false", "--feature-gates=RotateKubeletServerCertificate=true") },
    { name: "a gate whose name only begins alike", object: kubeadmControllerManager({ name: "feature-gates", value: "RotateKubeletServerCertificateV2=false" }) },
    { name: "another component", object: otherComponent("--feature-gates=RotateKubeletServerCertificate=false") },
  ],
  fail: [
    { name: "off, among others", object: controllerManager("--leader-elect=true", "--feature-gates=OpenAPIEnums=true,RotateKubeletServerCertificate=false"), at: ["spec.containers[0].command[2]"] },
    { name: "on, and off again later", object: controllerManagerProcess("--feature-gates=RotateKubeletServerCertificate=true", "--feature-gates", "kube:RotateKubeletServerCertificate=0"), at: ["flags[2]"] },
    { name: "kubeadm, told to switch it off", object: kubeadmControllerManager({ name: "feature-gates", value: "RotateKubeletServerCertificate = False" }), at: ["controllerManager.extraArgs[0].value"] },
  ],
});
