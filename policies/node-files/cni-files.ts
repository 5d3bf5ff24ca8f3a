import { choice, defineControl, kinds, string } from "portcullis";
import { file, missing, nodeFacts } from "./fixtures.ts";
import { modeOf, modes, ownerOf, staysWithin } from "./files.ts";

export default defineControl({
  title: "The network plug-ins' files must be root's alone",
  description:
    "The container runtime runs, as root, the program that such a file names, each time that a Pod starts. Who may write it runs what they like.",
  severity: "low",
  frameworks: { cis: { "1.12": ["1.1.9(a)", "1.1.10(b)"] }, owasp: { "2022": ["K09"], "2025": ["K07"] } },
  match: kinds("portcullis.dev/v1/NodeFacts"),
  parameters: {
    maxMode: choice(modes, { default: "0600", description: "The most that anybody may do with such a file." }),
    owner: string({ default: "root:root", description: "User and group that own such a file." }),
  },
  findings: {
    a: "Others have access to a file of the network plug-ins",
    b: "A file of the network plug-ins is not root's",
  },

  check({ object, parameters, deny }) {
    for (const facts of object.files) {
      if (facts.role !== "cni-config" || facts.exists === false) continue;
      if (!staysWithin(facts.mode, parameters.maxMode)) deny(facts, "mode", `mode of ${facts.path} is ${modeOf(facts)}`, "a");
      if (ownerOf(facts) !== parameters.owner) deny(facts, "owner", `owner of ${facts.path} is ${ownerOf(facts)}`, "b");
    }
  },

  remediation: "Use chmod 600 and chown root:root on the files in /etc/cni/net.d; an agent that writes them anew with another mode has a setting for it.",
  pass: [
    { name: "files of root alone", object: nodeFacts(file("cni-config", "/etc/cni/net.d/05-cilium.conflist", "0600"), file("cni-config", "/etc/cni/net.d/99-loopback.conf", "0400")) },
    { name: "a node without such files", object: nodeFacts(missing("cni-config", "/etc/cni/net.d")) },
    { name: "a file of another role", object: nodeFacts(file("pki-certificate", "/etc/kubernetes/pki/ca.crt", "0644", "kube", "kube")) },
    { name: "other bounds", parameters: { maxMode: "0644", owner: "root:cni" }, object: nodeFacts(file("cni-config", "/etc/cni/net.d/10-calico.conflist", "0644", "root", "cni")) },
  ],
  fail: [
    {
      name: "a file that an agent writes for all to read, beside one that is sound",
      object: nodeFacts(file("cni-config", "/etc/cni/net.d/99-loopback.conf", "0600"), file("cni-config", "/etc/cni/net.d/10-calico.conflist", "0644")),
      at: [{ finding: "a", path: "files[1].mode" }],
    },
    { name: "a file of the agent's user", object: nodeFacts(file("cni-config", "/etc/cni/net.d/05-cilium.conflist", "0600", "cilium", "cilium")), at: [{ finding: "b", path: "files[0].owner" }] },
    {
      name: "a file of which nothing is known but that it is there",
      object: nodeFacts({ role: "cni-config", path: "/etc/cni/net.d/05-cilium.conflist" }),
      at: [
        { finding: "a", path: "files[0].mode" },
        { finding: "b", path: "files[0].owner" },
      ],
    },
  ],
});
