import { component, defineControl, strings } from "portcullis";
import { kubeletFile, kubeletProcess, kubeletWithFile, otherComponent } from "./fixtures.ts";
import { fileOf, withoutFile } from "./settings.ts";

export default defineControl({
  title: "The kubelet must speak modern TLS with strong ciphers only",
  description:
    "Exec sessions and logs run over this connection. Suites without forward secrecy let whoever records it today read it once the kubelet's key is known; by default Go still offers some for old clients.",
  severity: "medium",
  frameworks: { cis: { "1.12": ["4.2.12"] }, nsa: { "1.2": ["cp/kubelet", "cp/tls"] }, owasp: { "2022": ["K09"], "2025": ["K07"] } },
  match: component("kubelet", "kubelet.config.k8s.io/v1beta1/KubeletConfiguration"),
  parameters: {
    suites: strings({
      default: [
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
      ],
      description: "Cipher suites that may be offered.",
    }),
  },
  findings: {
    a: "A version of TLS before 1.2 is spoken",
    b: "Weak cipher suites are offered, or Go's own choice",
  },

  check({ object, component: kubelet, parameters, deny }) {
    const file = fileOf(object);
    const alone = withoutFile(kubelet, object);
    const version = kubelet?.flags["tls-min-version"];
    const fileVersion = file?.tlsMinVersion ?? "";
    if (version && !isModern(version.value)) deny(version, "", `--tls-min-version is ${version.value}`, "a");
    if (file && version === undefined && fileVersion !== "" && !isModern(fileVersion)) deny(file, "tlsMinVersion", `TLS is spoken from ${fileVersion} on`, "a");

    const suites = kubelet?.flags["tls-cipher-suites"];
    if (alone && suites === undefined && version?.value !== "VersionTLS13") deny(alone, "", "--tls-cipher-suites is not set", "b");
    // The suites of TLS 1.3 are all strong, and cannot be chosen.
    if ((version?.value ?? fileVersion) === "VersionTLS13") return;
    for (const suite of suites?.items ?? []) {
      if (!parameters.suites.includes(suite.value)) deny(suite, "", `${suite.value} is offered`, "b");
    }
    if (file && suites === undefined) {
      const named = file.tlsCipherSuites ?? [];
      if (named.length === 0) deny(file, "tlsCipherSuites", "no suites are named", "b");
      for (const [index, suite] of named.entries()) {
        if (!parameters.suites.includes(suite)) deny(file, ["tlsCipherSuites", index], `${suite} is offered`, "b");
      }
    }
  },

  remediation: "Set tlsMinVersion: VersionTLS13 in the kubelet's file; where clients need TLS 1.2, name the ECDHE suites with AES-GCM or ChaCha20 in tlsCipherSuites.",
  pass: [
    { name: "TLS 1.3, whose suites cannot be chosen", object: kubeletFile({ tlsMinVersion: "VersionTLS13" }) },
    { name: "strong suites of TLS 1.2", object: kubeletFile({ tlsMinVersion: "VersionTLS12", tlsCipherSuites: ["TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305"] }) },
    { name: "flags that overrule the file", object: kubeletWithFile({ tlsMinVersion: "VersionTLS10", tlsCipherSuites: ["TLS_RSA_WITH_AES_128_CBC_SHA"] }, "--tls-min-version=VersionTLS12", "--tls-cipher-suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384") },
    { name: "TLS 1.3 by the file, whatever suites a flag names", object: kubeletWithFile({ tlsMinVersion: "VersionTLS13" }, "--tls-cipher-suites=TLS_RSA_WITH_AES_128_CBC_SHA") },
    { name: "a version that is empty, which is the default", object: kubeletFile({ tlsMinVersion: "", tlsCipherSuites: ["TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"] }) },
    { name: "flags alone, with both names of ChaCha20", object: kubeletProcess("--tls-cipher-suites", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305,TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256") },
    { name: "TLS 1.3 by a flag", object: kubeletProcess("--tls-min-version=VersionTLS13") },
    { name: "a command line that names a file, which is judged where it stands", object: kubeletProcess("--config=/var/lib/kubelet/config.yaml") },
    { name: "another component", object: otherComponent("--tls-min-version=VersionTLS10") },
  ],
  fail: [
    { name: "a file that says nothing", object: kubeletFile(), at: [{ finding: "b", path: "tlsCipherSuites" }] },
    {
      name: "an old version, and a weak suite among strong ones",
      object: kubeletWithFile({ tlsMinVersion: "VersionTLS11", tlsCipherSuites: ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_RSA_WITH_AES_128_GCM_SHA256"] }),
      at: [
        { finding: "a", path: "config.tlsMinVersion" },
        { finding: "b", path: "config.tlsCipherSuites[1]" },
      ],
    },
    {
      name: "flags that overrule the file, with a suite that is the API server's alone",
      object: kubeletWithFile({ tlsMinVersion: "VersionTLS12", tlsCipherSuites: ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"] }, "--tls-min-version=VersionTLS10", "--tls-cipher-suites=TLS_AES_128_GCM_SHA256"),
      at: [
        { finding: "a", path: "flags[1]" },
        { finding: "b", path: "flags[2]" },
      ],
    },
    { name: "flags alone, which say nothing", object: kubeletProcess("--kubeconfig=/etc/kubernetes/kubelet.conf"), at: [{ finding: "b", path: "flags" }] },
    { name: "an older version by a flag, whatever the file says", object: kubeletWithFile({ tlsMinVersion: "VersionTLS13" }, "--tls-min-version=VersionTLS12", "--tls-cipher-suites=TLS_RSA_WITH_AES_128_CBC_SHA"), at: [{ finding: "b", path: "flags[2]" }] },
    { name: "fewer suites than are usual", parameters: { suites: ["TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"] }, object: kubeletFile({ tlsCipherSuites: ["TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"] }), at: [{ finding: "b", path: "tlsCipherSuites[0]" }] },
  ],
});

function isModern(version: string): boolean {
  return version === "VersionTLS12" || version === "VersionTLS13";
}
