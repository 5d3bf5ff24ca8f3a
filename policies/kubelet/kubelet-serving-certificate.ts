import { component, defineControl } from "portcullis";
import { kubeletFile, kubeletProcess, kubeletWithFile, otherComponent } from "./fixtures.ts";
import { fileOf, withoutFile } from "./settings.ts";

export default defineControl({
  title: "The kubelet must serve with a certificate that others can verify",
  description:
    "Otherwise it makes one up at each start, and nobody can tell it from somebody in between: who answers in its name hears what is typed into exec and what logs show.",
  severity: "medium",
  frameworks: { cis: { "1.12": ["4.2.9"] }, nsa: { "1.2": ["cp/kubelet", "cp/tls"] }, owasp: { "2022": ["K09"], "2025": ["K07"] } },
  match: component("kubelet", "kubelet.config.k8s.io/v1beta1/KubeletConfiguration"),

  check({ object, component: kubelet, deny }) {
    const file = fileOf(object);
    const alone = withoutFile(kubelet, object);
    const bootstrap = kubelet?.flags["rotate-server-certificates"];
    const certificate = kubelet?.flags["tls-cert-file"];
    const key = kubelet?.flags["tls-private-key-file"];
    if (alone && bootstrap === undefined && (certificate === undefined || key === undefined)) deny(alone, "", "--rotate-server-certificates is not set, and no certificate with its key is named");

    if ((certificate?.value ?? file?.tlsCertFile ?? "") !== "" && (key?.value ?? file?.tlsPrivateKeyFile ?? "") !== "") return;
    if (bootstrap && bootstrap.value !== "true") deny(bootstrap, "", `--rotate-server-certificates is ${bootstrap.value}, and no certificate with its key is named`);
    if (file && bootstrap === undefined && file.serverTLSBootstrap !== true) deny(file, "serverTLSBootstrap", "no certificate is asked for, and none with its key is named");
  },

  remediation: "Set serverTLSBootstrap: true in the kubelet's file and let somebody approve its requests, or name tlsCertFile and tlsPrivateKeyFile.",
  pass: [
    { name: "a certificate that is asked for", object: kubeletFile({ serverTLSBootstrap: true }) },
    { name: "a certificate from elsewhere", object: kubeletWithFile({ tlsCertFile: "/etc/kubelet/tls.crt", tlsPrivateKeyFile: "/etc/kubelet/tls.key" }) },
    { name: "a certificate of which the key is named by a flag", object: kubeletWithFile({ tlsCertFile: "/etc/kubelet/tls.crt" }, "--tls-private-key-file=/etc/kubelet/tls.key") },
    { name: "a flag that overrules the file", object: kubeletWithFile({ serverTLSBootstrap: false }, "--rotate-server-certificates") },
    { name: "flags alone", object: kubeletProcess("--tls-cert-file=/etc/kubelet/tls.crt", "--tls-private-key-file=/etc/kubelet/tls.key", "--rotate-server-certificates=false") },
    { name: "a command line that names a file, which is judged where it stands", object: kubeletProcess("--config=/var/lib/kubelet/config.yaml") },
    { name: "another component", object: otherComponent("--rotate-server-certificates=false") },
  ],
  fail: [
    { name: "a file that says nothing, as kubeadm writes it", object: kubeletFile(), at: ["serverTLSBootstrap"] },
    { name: "a certificate without its key", object: kubeletWithFile({ tlsCertFile: "/etc/kubelet/tls.crt", tlsPrivateKeyFile: "", serverTLSBootstrap: false }), at: ["config.serverTLSBootstrap"] },
    { name: "a key without its certificate", object: kubeletFile({ tlsPrivateKeyFile: "/etc/kubelet/tls.key" }), at: ["serverTLSBootstrap"] },
    { name: "a flag that overrules the file", object: kubeletWithFile({ serverTLSBootstrap: true }, "--rotate-server-certificates=false"), at: ["flags[1]"] },
    { name: "flags alone, which say nothing", object: kubeletProcess("--tls-cert-file=/etc/kubelet/tls.crt"), at: ["flags"] },
  ],
});
