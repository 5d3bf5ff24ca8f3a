import { choice, defineControl, kinds, string } from "portcullis";
import { file, missing, nodeFacts } from "./fixtures.ts";
import { modeOf, modes, ownerOf, staysWithin } from "./files.ts";

export default defineControl({
  title: "Keys of the cluster must be root's alone, and certificates root's to change",
  description:
    "With the CA's key anybody makes a certificate for any user, system:masters among them; with the key that signs tokens, a token for any account. No log tells of either. A certificate that others may replace makes components trust whom they like.",
  severity: "high",
  frameworks: { cis: { "1.12": ["1.1.19(a)", "1.1.20(b)", "1.1.21(c)"] }, nsa: { "1.2": ["cp/tls"] }, owasp: { "2022": ["K09"], "2025": ["K07"] } },
  match: kinds("portcullis.dev/v1/NodeFacts"),
  parameters: {
    certMode: choice(modes, { default: "0644", description: "The most that anybody may do with a certificate." }),
    keyMode: choice(modes, { default: "0600", description: "The most that anybody may do with a private key." }),
    owner: string({ default: "root:root", description: "User and group that own all of it." }),
  },
  findings: {
    a: "A directory, certificate or key is not root's",
    b: "Others may change a certificate",
    c: "Others have access to a private key",
  },

  check({ object, parameters, deny }) {
    for (const facts of object.files) {
      if (facts.exists === false) continue;
      const isOfPki = facts.role === "pki-directory" || facts.role === "pki-certificate" || facts.role === "pki-key";
      if (isOfPki && ownerOf(facts) !== parameters.owner) deny(facts, "owner", `owner of ${facts.path} is ${ownerOf(facts)}`, "a");
      if (facts.role === "pki-certificate" && !staysWithin(facts.mode, parameters.certMode)) deny(facts, "mode", `mode of ${facts.path} is ${modeOf(facts)}`, "b");
      if (facts.role === "pki-key" && !staysWithin(facts.mode, parameters.keyMode)) deny(facts, "mode", `mode of ${facts.path} is ${modeOf(facts)}`, "c");
    }
  },

  remediation: "Use chown -R root:root on the PKI directory, chmod 600 on its keys and chmod 644 on its certificates.",
  pass: [
    {
      name: "kubeadm's directory",
      object: nodeFacts(
        file("pki-directory", "/etc/kubernetes/pki", "0755"),
        file("pki-certificate", "/etc/kubernetes/pki/ca.crt", "0644"),
        file("pki-certificate", "/etc/kubernetes/pki/sa.pub", "0600"),
        file("pki-key", "/etc/kubernetes/pki/ca.key", "0600"),
        file("pki-key", "/etc/kubernetes/pki/sa.key", "0400"),
      ),
    },
    { name: "a key that is kept elsewhere", object: nodeFacts(missing("pki-key", "/etc/kubernetes/pki/ca.key")) },
    { name: "files of another role", object: nodeFacts(file("kubelet-client-ca", "/etc/kubernetes/kubelet-ca.crt", "0666", "kube", "kube")) },
    { name: "other bounds", parameters: { certMode: "0640", keyMode: "0640", owner: "root:kube" }, object: nodeFacts(file("pki-key", "/etc/kubernetes/pki/ca.key", "0640", "root", "kube"), file("pki-certificate", "/etc/kubernetes/pki/ca.crt", "0640", "root", "kube")) },
  ],
  fail: [
    { name: "a key that everybody reads", object: nodeFacts(file("pki-key", "/etc/kubernetes/pki/ca.key", "0644")), at: [{ finding: "c", path: "files[0].mode" }] },
    { name: "a certificate that a group may replace", object: nodeFacts(file("pki-certificate", "/etc/kubernetes/pki/etcd/ca.crt", "0664")), at: [{ finding: "b", path: "files[0].mode" }] },
    { name: "certificates as older benchmarks ask", parameters: { certMode: "0600" }, object: nodeFacts(file("pki-certificate", "/etc/kubernetes/pki/ca.crt", "0644")), at: [{ finding: "b", path: "files[0].mode" }] },
    {
      name: "a directory and what it holds of somebody else",
      object: nodeFacts(
        file("pki-directory", "/etc/kubernetes/pki", "0700", "kube", "kube"),
        file("pki-certificate", "/etc/kubernetes/pki/apiserver.crt", "0644", "root", "kube"),
        file("pki-key", "/etc/kubernetes/pki/apiserver.key", "0600", "kube"),
      ),
      at: [
        { finding: "a", path: "files[0].owner" },
        { finding: "a", path: "files[1].owner" },
        { finding: "a", path: "files[2].owner" },
      ],
    },
  ],
});
