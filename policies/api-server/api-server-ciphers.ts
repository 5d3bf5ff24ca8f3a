import { choice, component, defineControl, strings } from "portcullis";
import { apiServer, apiServerProcess, kubeadmApiServer, otherComponent } from "./fixtures.ts";

export default defineControl({
  title: "The API server must speak modern TLS with strong ciphers only",
  description:
    "What is recorded today is read later: suites without forward secrecy fall with the server's key, and CBC or RC4 fall to known attacks. By default Go still offers some for old clients.",
  severity: "medium",
  frameworks: { cis: { "1.12": ["1.2.29"] }, nsa: { "1.2": ["cp/tls"] }, owasp: { "2022": ["K09"], "2025": ["K07"] } },
  match: component("kube-apiserver"),
  parameters: {
    suites: strings({
      default: [
        "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
      ],
      description: "Cipher suites that may be offered.",
    }),
    minVersion: choice(["VersionTLS12", "VersionTLS13"], { default: "VersionTLS12", description: "The oldest version of TLS that may be spoken." }),
  },
  findings: {
    a: "An older version of TLS is spoken",
    b: "Weak cipher suites are offered, or Go's own choice",
  },

  check({ component: server, parameters, deny }) {
    const version = server.flags["tls-min-version"];
    if (version !== undefined && version.value !== "VersionTLS13" && version.value !== parameters.minVersion) deny(version, "", `--tls-min-version is ${version.value}`, "a");
    if (version === undefined && parameters.minVersion === "VersionTLS13") deny(server, "", "--tls-min-version is not set, which means VersionTLS12", "a");

    // The suites of TLS 1.3 are all strong, and cannot be chosen.
    if (version?.value === "VersionTLS13") return;
    const suites = server.flags["tls-cipher-suites"];
    if (suites === undefined) deny(server, "", "--tls-cipher-suites is not set", "b");
    for (const suite of suites?.items ?? []) {
      if (!parameters.suites.includes(suite.value)) deny(suite, "", `${suite.value} is offered`, "b");
    }
  },

  remediation: "Set --tls-min-version=VersionTLS13; where clients need TLS 1.2, name the ECDHE suites with AES-GCM or ChaCha20 in --tls-cipher-suites.",
  pass: [
    { name: "TLS 1.3, whose suites cannot be chosen", object: apiServer("--tls-min-version=VersionTLS13") },
    { name: "strong suites of TLS 1.2, the newest by default", object: apiServer("--tls-cipher-suites=TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256") },
    {
      name: "both names of ChaCha20, and suites of TLS 1.3 that change nothing",
      object: kubeadmApiServer(
        { name: "tls-min-version", value: "VersionTLS12" },
        { name: "tls-cipher-suites", value: "TLS_AES_128_GCM_SHA256,TLS_AES_256_GCM_SHA384,TLS_CHACHA20_POLY1305_SHA256,TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305,TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305,TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384" },
      ),
    },
    { name: "another component", object: otherComponent("--tls-min-version=VersionTLS10") },
  ],
  fail: [
    { name: "Go's own choice", object: apiServer("--secure-port=6443"), at: [{ finding: "b", path: "spec.containers[0].command" }] },
    {
      name: "an old version, and one weak suite behind a strong one",
      object: apiServerProcess("--tls-min-version=VersionTLS11", "--tls-cipher-suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "--tls-cipher-suites=TLS_RSA_WITH_AES_128_CBC_SHA"),
      at: [
        { finding: "a", path: "flags[0]" },
        { finding: "b", path: "flags[2]" },
      ],
    },
    {
      name: "TLS 1.2 where 1.3 is asked for, unspoken",
      parameters: { minVersion: "VersionTLS13" },
      object: apiServer("--tls-cipher-suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
      at: [{ finding: "a", path: "spec.containers[0].command" }],
    },
    {
      name: "TLS 1.2 where 1.3 is asked for, and fewer suites than are usual",
      parameters: { minVersion: "VersionTLS13", suites: ["TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"] },
      object: kubeadmApiServer({ name: "tls-min-version", value: "VersionTLS12" }, { name: "tls-cipher-suites", value: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256" }),
      at: [
        { finding: "a", path: "apiServer.extraArgs[0].value" },
        { finding: "b", path: "apiServer.extraArgs[1].value" },
      ],
    },
  ],
});
