import { component, defineControl, lowerAscii } from "portcullis";
import { clusterConfiguration } from "../components/command-lines.ts";
import { apiServer, apiServerProcess, kubeadmApiServer, otherComponent } from "./fixtures.ts";

export default defineControl({
  title: "The API server must reach etcd over TLS, with certificates on both sides",
  description:
    "Everything that the cluster knows passes here, Secrets included. In plain text, or to an etcd that nobody verified, whoever sits on the network reads and writes it behind the back of every role and policy; and an etcd that takes the API server without a certificate takes anybody.",
  severity: "critical",
  frameworks: {
    cis: { "1.12": ["1.2.23(a)", "1.2.26(b)"] },
    nsa: { "1.2": ["cp/etcd", "cp/tls"] },
    owasp: { "2022": ["K09"], "2025": ["K07"] },
    seed: ["H11"],
  },
  match: component("kube-apiserver"),
  findings: {
    a: "The API server has no client certificate for etcd",
    b: "The API server does not verify etcd's certificate",
    c: "A server of etcd is reached in plain text",
  },

  check({ component: server, deny }) {
    for (const flag of ["etcd-certfile", "etcd-keyfile"]) {
      if (server.flags[flag] === undefined) deny(server, "", `--${flag} is not set`, "a");
    }
    if (server.flags["etcd-cafile"] === undefined) deny(server, "", "--etcd-cafile is not set", "b");

    for (const url of server.flags["etcd-servers"]?.items ?? []) {
      if (isPlain(url.value)) deny(url, "", `etcd is reached at ${url.value}`, "c");
    }
    // Each is group/resource#url;url.
    for (const override of server.flags["etcd-servers-overrides"]?.items ?? []) {
      if (override.value.split("#").some((part) => part.split(";").some(isPlain))) deny(override, "", `etcd is reached as ${override.value}`, "c");
    }
  },

  remediation: "Set --etcd-certfile, --etcd-keyfile and --etcd-cafile, and use https in --etcd-servers and --etcd-servers-overrides.",
  pass: [
    {
      name: "certificates on both sides",
      object: apiServer(
        "--etcd-cafile=/etc/kubernetes/pki/etcd/ca.crt",
        "--etcd-certfile=/etc/kubernetes/pki/apiserver-etcd-client.crt",
        "--etcd-keyfile=/etc/kubernetes/pki/apiserver-etcd-client.key",
        "--etcd-servers=https://10.0.0.11:2379,https://10.0.0.12:2379",
        "--etcd-servers-overrides=/events#https://10.0.0.21:2379;https://10.0.0.22:2379",
      ),
    },
    { name: "kubeadm, which brings all of it", object: kubeadmApiServer({ name: "profiling", value: "false" }) },
    {
      name: "an etcd outside the cluster, of which kubeadm is told",
      object: clusterConfiguration({ etcd: { external: { endpoints: ["https://etcd.example.com:2379"], caFile: "/etc/etcd/ca.crt", certFile: "/etc/etcd/client.crt", keyFile: "/etc/etcd/client.key" } } }),
    },
    { name: "another component", object: otherComponent("--etcd-servers=http://127.0.0.1:2379") },
  ],
  fail: [
    {
      name: "plain text on loopback, where every process of the node reads along",
      object: apiServer("--etcd-servers=http://127.0.0.1:2379"),
      at: [
        { finding: "a", path: "spec.containers[0].command" },
        { finding: "a", path: "spec.containers[0].command" },
        { finding: "b", path: "spec.containers[0].command" },
        { finding: "c", path: "spec.containers[0].command[1]" },
      ],
    },
    {
      name: "an etcd outside the cluster without certificates",
      object: clusterConfiguration({ etcd: { external: { endpoints: ["https://10.0.0.11:2379", "HTTP://10.0.0.12:2379"] } } }),
      at: [
        { finding: "a", path: "apiServer.extraArgs" },
        { finding: "a", path: "apiServer.extraArgs" },
        { finding: "b", path: "apiServer.extraArgs" },
        { finding: "c", path: "etcd.external.endpoints[1]" },
      ],
    },
    {
      name: "others for events and leases, in plain text, one of them behind one that is not",
      object: apiServerProcess("--etcd-cafile=/etc/etcd/ca.crt", "--etcd-certfile=/etc/etcd/client.crt", "--etcd-keyfile=/etc/etcd/client.key", "--etcd-servers-overrides", "/events#https://10.0.0.21:2379;http://10.0.0.22:2379", "--etcd-servers-overrides=/leases#http://10.0.0.31:2379"),
      at: [
        { finding: "c", path: "flags[4]" },
        { finding: "c", path: "flags[5]" },
      ],
    },
  ],
});

function isPlain(url: string): boolean {
  return lowerAscii(url).startsWith("http://");
}
