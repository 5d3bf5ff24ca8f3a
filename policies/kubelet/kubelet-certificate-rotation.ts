import { choice, component, defineControl } from "portcullis";
import { kubeletFile, kubeletProcess, kubeletWithFile, otherComponent } from "./fixtures.ts";
import { fileOf, withoutFile } from "./settings.ts";

export default defineControl({
  title: "The kubelet must renew its certificates",
  description:
    "A kubelet that never renews is given a certificate that lasts for years, and cannot be taken back. Whoever copied it from a node once reads the Secrets of that node's Pods as long.",
  severity: "medium",
  frameworks: { cis: { "1.12": ["4.2.10(a)", "4.2.11(b)"] }, nsa: { "1.2": ["cp/kubelet"] }, owasp: { "2022": ["K09"], "2025": ["K07"] } },
  match: component("kubelet", "kubelet.config.k8s.io/v1beta1/KubeletConfiguration"),
  parameters: { absent: choice(["fail", "pass"], { default: "fail", description: "What a kubelet does that says nothing of renewal: it does not renew." }) },
  findings: {
    a: "The certificate for the API server is not renewed",
    b: "The renewal of the serving certificate is switched off",
  },

  check({ object, component: kubelet, parameters, deny }) {
    const file = fileOf(object);
    const alone = withoutFile(kubelet, object);
    const rotation = kubelet?.flags["rotate-certificates"];
    if (rotation && rotation.value !== "true") deny(rotation, "", `--rotate-certificates is ${rotation.value}`, "a");
    if (file && rotation === undefined && (file.rotateCertificates ?? parameters.absent === "pass") === false) deny(file, "rotateCertificates", "rotateCertificates is not true", "a");
    if (alone && rotation === undefined && parameters.absent === "fail") deny(alone, "", "--rotate-certificates is not set, which turns it off", "a");

    const settings = (kubelet?.flags["feature-gates"]?.items ?? []).filter(({ value }) => /^RotateKubeletServerCertificate *=/.test(value));
    const last = settings[settings.length - 1];
    if (last && /= *(0|f|F|false|False|FALSE)$/.test(last.value)) deny(last, "", `--feature-gates says ${last.value}`, "b");
    if (file && last === undefined && file.featureGates?.["RotateKubeletServerCertificate"] === false) deny(file, "featureGates.RotateKubeletServerCertificate", "the gate is off", "b");
  },

  remediation: "Set rotateCertificates: true in the kubelet's file, and take RotateKubeletServerCertificate out of featureGates.",
  pass: [
    { name: "renewal, and the gate at its default", object: kubeletFile({ rotateCertificates: true, featureGates: { NodeSwap: false } }) },
    { name: "flags that overrule the file", object: kubeletWithFile({ rotateCertificates: false, featureGates: { RotateKubeletServerCertificate: false } }, "--rotate-certificates", "--feature-gates=RotateKubeletServerCertificate=true") },
    { name: "flags alone, of which the last counts", object: kubeletProcess("--rotate-certificates=true", "--feature-gates=RotateKubeletServerCertificate=false,RotateKubeletServerCertificate=true") },
    { name: "nothing said, where certificates come from elsewhere", parameters: { absent: "pass" }, object: kubeletFile() },
    { name: "no flag, where certificates come from elsewhere", parameters: { absent: "pass" }, object: kubeletProcess("--kubeconfig=/etc/kubernetes/kubelet.conf") },
    { name: "a command line that names a file, which is judged where it stands", object: kubeletProcess("--config=/var/lib/kubelet/config.yaml") },
    { name: "another component", object: otherComponent("--rotate-certificates=false") },
  ],
  fail: [
    { name: "a file that says nothing", object: kubeletFile(), at: [{ finding: "a", path: "rotateCertificates" }] },
    {
      name: "a file that switches both off",
      parameters: { absent: "pass" },
      object: kubeletWithFile({ rotateCertificates: false, featureGates: { RotateKubeletServerCertificate: false } }),
      at: [
        { finding: "a", path: "config.rotateCertificates" },
        { finding: "b", path: "config.featureGates.RotateKubeletServerCertificate" },
      ],
    },
    {
      name: "flags that overrule the file",
      object: kubeletWithFile({ rotateCertificates: true, featureGates: { RotateKubeletServerCertificate: true } }, "--rotate-certificates=false", "--feature-gates=NodeSwap=true,RotateKubeletServerCertificate=false"),
      at: [
        { finding: "a", path: "flags[1]" },
        { finding: "b", path: "flags[2]" },
      ],
    },
    { name: "flags alone, which say nothing", object: kubeletProcess("--kubeconfig=/etc/kubernetes/kubelet.conf"), at: [{ finding: "a", path: "flags" }] },
  ],
});
