import { choice, component, defineControl } from "portcullis";
import { configFile, etcd, etcdProcess, kubeadmEtcd, otherComponent } from "./fixtures.ts";

export default defineControl({
  title: "Clients must reach etcd over TLS, with a certificate of their own",
  description:
    "There are no roles in etcd: whoever reaches its port without having to show a certificate reads every Secret and writes every object, past the API server and its audit log. Certificates that it makes up by itself prove nothing to anybody.",
  severity: "critical",
  frameworks: { cis: { "1.12": ["2.1(a)", "2.2(b)", "2.3(c)"] }, nsa: { "1.2": ["cp/etcd"] }, owasp: { "2022": ["K09"], "2025": ["K07"] }, seed: ["H11"] },
  match: component("etcd"),
  parameters: { configFile: choice(["fail", "pass"], configFile) },
  findings: {
    a: "etcd has no certificate of its own",
    b: "Clients need no certificate, or any will do",
    c: "etcd makes its certificates up",
  },

  check({ component: server, parameters, deny }) {
    const file = server.flags["config-file"];
    if (file !== undefined) {
      if (parameters.configFile === "fail") deny(file, "", `--config-file is ${file.value}, which takes the place of all flags`, "a");
      return;
    }
    for (const flag of ["cert-file", "key-file"]) {
      if (server.flags[flag] === undefined) deny(server, "", `--${flag} is not set`, "a");
    }
    const verified = server.flags["client-cert-auth"];
    if (verified === undefined) deny(server, "", "--client-cert-auth is not set, which turns it off", "b");
    else if (verified.value !== "true") deny(verified, "", `--client-cert-auth is ${verified.value}`, "b");
    if (server.flags["trusted-ca-file"] === undefined) deny(server, "", "--trusted-ca-file is not set", "b");
    const automatic = server.flags["auto-tls"];
    if (automatic !== undefined && automatic.value !== "false") deny(automatic, "", `--auto-tls is ${automatic.value}`, "c");
  },

  remediation: "Set --cert-file, --key-file, --client-cert-auth=true and --trusted-ca-file, and remove --auto-tls.",
  pass: [
    {
      name: "certificates on both sides",
      object: etcd("--cert-file=/etc/kubernetes/pki/etcd/server.crt", "--key-file=/etc/kubernetes/pki/etcd/server.key", "--client-cert-auth=true", "--trusted-ca-file=/etc/kubernetes/pki/etcd/ca.crt", "--auto-tls=false"),
    },
    { name: "one dash, as etcd takes it", object: etcdProcess("-cert-file", "/etc/etcd/server.crt", "-key-file=/etc/etcd/server.key", "-client-cert-auth", "-trusted-ca-file=/etc/etcd/ca.crt") },
    { name: "kubeadm, which sets all of it", object: kubeadmEtcd({ name: "quota-backend-bytes", value: "8589934592" }) },
    {
      name: "the environment, where the command line says nothing",
      object: {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "etcd-control-1", namespace: "kube-system" },
        spec: {
          containers: [
            {
              name: "etcd",
              image: "registry.k8s.io/etcd:3.6.5-0",
              command: ["etcd", "--client-cert-auth"],
              env: [
                { name: "ETCD_CERT_FILE", value: "/etc/etcd/server.crt" },
                { name: "ETCD_KEY_FILE", value: "/etc/etcd/server.key" },
                { name: "ETCD_TRUSTED_CA_FILE", value: "/etc/etcd/ca.crt" },
              ],
            },
          ],
        },
      },
    },
    { name: "a file that somebody else looks at", parameters: { configFile: "pass" }, object: etcd("--config-file=/var/lib/etcd/config") },
    { name: "another component", object: otherComponent("--auto-tls=true") },
  ],
  fail: [
    {
      name: "plain text",
      object: etcd("--listen-client-urls=http://127.0.0.1:2379"),
      at: [
        { finding: "a", path: "spec.containers[0].command" },
        { finding: "a", path: "spec.containers[0].command" },
        { finding: "b", path: "spec.containers[0].command" },
        { finding: "b", path: "spec.containers[0].command" },
      ],
    },
    {
      name: "certificates that it makes up, and a CA that nobody asks",
      object: etcdProcess("--auto-tls", "--client-cert-auth=false", "--trusted-ca-file=/etc/etcd/ca.crt", "--key-file=/etc/etcd/server.key"),
      at: [
        { finding: "a", path: "flags" },
        { finding: "b", path: "flags[1]" },
        { finding: "c", path: "flags[0]" },
      ],
    },
    { name: "kubeadm, told to let everybody in", object: kubeadmEtcd({ name: "client-cert-auth", value: "false" }), at: [{ finding: "b", path: "etcd.local.extraArgs[0].value" }] },
    { name: "a certificate without its key", object: etcdProcess("--cert-file=/etc/etcd/server.crt", "--client-cert-auth", "--trusted-ca-file=/etc/etcd/ca.crt"), at: [{ finding: "a", path: "flags" }] },
    {
      name: "a file, which makes the flags beside it mean nothing",
      object: etcd("--config-file=/var/lib/etcd/config", "--cert-file=/etc/etcd/server.crt", "--key-file=/etc/etcd/server.key", "--client-cert-auth=true", "--trusted-ca-file=/etc/etcd/ca.crt"),
      at: [{ finding: "a", path: "spec.containers[0].command[1]" }],
    },
  ],
});
