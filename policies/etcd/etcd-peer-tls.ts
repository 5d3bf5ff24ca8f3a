import { choice, component, defineControl } from "portcullis";
import { configFile, etcd, etcdProcess, kubeadmEtcd, otherComponent } from "./fixtures.ts";

export default defineControl({
  title: "The members of etcd must speak TLS, and show each other certificates",
  description:
    "Members hand each other everything that is written. Who may pose as one takes part in the vote, gets a copy of all Secrets, and can overwrite what the cluster holds; who listens between members in plain text reads it as it passes.",
  severity: "high",
  frameworks: { cis: { "1.12": ["2.4(a)", "2.5(b)", "2.6(c)"] }, nsa: { "1.2": ["cp/etcd"] }, owasp: { "2022": ["K09"], "2025": ["K07"] }, seed: ["H11"] },
  match: component("etcd"),
  parameters: {
    singleMember: choice(["pass", "fail"], { default: "pass", description: "What an etcd of one member does, by --initial-cluster: it has no peers yet." }),
    configFile: choice(["fail", "pass"], configFile),
  },
  findings: {
    a: "The member has no certificate for its peers",
    b: "Peers need no certificate",
    c: "The member makes its certificate up",
  },

  check({ component: member, parameters, deny }) {
    const file = member.flags["config-file"];
    if (file !== undefined) {
      if (parameters.configFile === "fail") deny(file, "", `--config-file is ${file.value}, which takes the place of all flags`, "a");
      return;
    }
    const members = member.flags["initial-cluster"]?.items ?? [];
    const isAlone = members.length < 2 && member.flags["discovery"] === undefined && member.flags["discovery-srv"] === undefined && member.flags["discovery-endpoints"] === undefined;
    if (isAlone && parameters.singleMember === "pass") return;

    for (const flag of ["peer-cert-file", "peer-key-file"]) {
      if (member.flags[flag] === undefined) deny(member, "", `--${flag} is not set`, "a");
    }
    const verified = member.flags["peer-client-cert-auth"];
    if (verified === undefined) deny(member, "", "--peer-client-cert-auth is not set, which turns it off", "b");
    else if (verified.value !== "true") deny(verified, "", `--peer-client-cert-auth is ${verified.value}`, "b");
    const automatic = member.flags["peer-auto-tls"];
    if (automatic !== undefined && automatic.value !== "false") deny(automatic, "", `--peer-auto-tls is ${automatic.value}`, "c");
  },

  remediation: "Set --peer-cert-file, --peer-key-file, --peer-client-cert-auth=true and --peer-trusted-ca-file, and remove --peer-auto-tls.",
  pass: [
    {
      name: "certificates on both sides",
      object: etcd("--initial-cluster=a=https://10.0.0.11:2380,b=https://10.0.0.12:2380", "--peer-cert-file=/etc/etcd/peer.crt", "--peer-key-file=/etc/etcd/peer.key", "--peer-client-cert-auth=true", "--peer-auto-tls=false", "--peer-trusted-ca-file=/etc/etcd/ca.crt"),
    },
    { name: "one member, which has no peers", object: etcdProcess("--initial-cluster=a=http://10.0.0.11:2380") },
    { name: "kubeadm, which sets all of it, with one member", parameters: { singleMember: "fail" }, object: kubeadmEtcd({ name: "quota-backend-bytes", value: "8589934592" }) },
    { name: "a file that somebody else looks at", parameters: { configFile: "pass" }, object: etcd("--config-file=/var/lib/etcd/config", "--initial-cluster=a=http://10.0.0.11:2380,b=http://10.0.0.12:2380") },
    { name: "another component", object: otherComponent("--peer-auto-tls=true") },
  ],
  fail: [
    {
      name: "two members in plain text",
      object: etcd("--initial-cluster=a=http://10.0.0.11:2380,b=http://10.0.0.12:2380"),
      at: [
        { finding: "a", path: "spec.containers[0].command" },
        { finding: "a", path: "spec.containers[0].command" },
        { finding: "b", path: "spec.containers[0].command" },
      ],
    },
    {
      name: "certificates that the members make up, and find each other by DNS",
      object: etcdProcess("--discovery-srv=example.com", "--peer-auto-tls", "--peer-client-cert-auth=false", "--peer-key-file=/etc/etcd/peer.key"),
      at: [
        { finding: "a", path: "flags" },
        { finding: "b", path: "flags[2]" },
        { finding: "c", path: "flags[1]" },
      ],
    },
    { name: "members that find each other at a service", object: etcdProcess("--discovery=https://discovery.example.com/0a1b", "--peer-cert-file=/etc/etcd/peer.crt", "--peer-client-cert-auth"), at: [{ finding: "a", path: "flags" }] },
    { name: "members that find each other in another etcd", object: etcdProcess("--discovery-endpoints=https://etcd.example.com:2379", "--peer-cert-file=/etc/etcd/peer.crt", "--peer-key-file=/etc/etcd/peer.key"), at: [{ finding: "b", path: "flags" }] },
    { name: "one member where that is no excuse", parameters: { singleMember: "fail" }, object: kubeadmEtcd({ name: "peer-client-cert-auth", value: "false" }), at: [{ finding: "b", path: "etcd.local.extraArgs[0].value" }] },
    { name: "a file, which makes the flags beside it mean nothing", object: etcd("--config-file=/var/lib/etcd/config"), at: [{ finding: "a", path: "spec.containers[0].command[1]" }] },
  ],
});
