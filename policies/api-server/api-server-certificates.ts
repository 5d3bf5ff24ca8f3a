import { component, defineControl } from "portcullis";
import { apiServer, apiServerProcess, kubeadmApiServer, otherComponent } from "./fixtures.ts";

export default defineControl({
  title: "The API server must have certificates of its own, and verify those of clients",
  description:
    "Without a certificate the server makes one up and starts happily; clients that are taught to accept it accept anybody's, and hand over their credentials. Without a CA for clients, components fall back to what is easier to steal.",
  severity: "high",
  frameworks: { cis: { "1.12": ["1.2.24(a)", "1.2.25(b)"] }, nsa: { "1.2": ["cp/tls"] }, owasp: { "2022": ["K09"], "2025": ["K07"] } },
  match: component("kube-apiserver"),
  findings: {
    a: "The API server has no certificate of its own",
    b: "No CA verifies the certificates of clients",
  },

  check({ component: server, deny }) {
    for (const flag of ["tls-cert-file", "tls-private-key-file"]) {
      if (server.flags[flag] === undefined) deny(server, "", `--${flag} is not set, so the server signs its own certificate`, "a");
    }
    if (server.flags["client-ca-file"] === undefined) deny(server, "", "--client-ca-file is not set", "b");
  },

  remediation: "Set --tls-cert-file, --tls-private-key-file and --client-ca-file.",
  pass: [
    { name: "all three", object: apiServer("--tls-cert-file=/etc/kubernetes/pki/apiserver.crt", "--tls-private-key-file=/etc/kubernetes/pki/apiserver.key", "--client-ca-file=/etc/kubernetes/pki/ca.crt") },
    { name: "kubeadm, which brings them", object: kubeadmApiServer({ name: "profiling", value: "false" }) },
    { name: "another component", object: otherComponent("--secure-port=10259") },
  ],
  fail: [
    {
      name: "a directory in which the server makes a certificate by itself",
      object: apiServer("--cert-dir=/var/run/kubernetes", "--client-ca-file=/etc/kubernetes/pki/ca.crt"),
      at: [
        { finding: "a", path: "spec.containers[0].command" },
        { finding: "a", path: "spec.containers[0].command" },
      ],
    },
    {
      name: "a key without its certificate, and kubeadm's CA taken away",
      object: kubeadmApiServer({ name: "client-ca-file", value: "" }, { name: "tls-cert-file", value: "" }),
      at: [
        { finding: "a", path: "apiServer.extraArgs" },
        { finding: "b", path: "apiServer.extraArgs" },
      ],
    },
    { name: "a certificate without its key", object: apiServerProcess("--tls-cert-file=/etc/apiserver.crt", "--client-ca-file=/etc/ca.crt"), at: [{ finding: "a", path: "flags" }] },
  ],
});
