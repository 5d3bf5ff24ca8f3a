import { choice, defineControl, kinds, string } from "portcullis";
import { file, missing, nodeFacts } from "./fixtures.ts";
import { modeOf, modes, ownerOf, staysWithin } from "./files.ts";

export default defineControl({
  title: "The kubelet's files must be root's alone",
  description:
    "The unit and the configuration say how a process of root starts and whom it lets in; the kubeconfig files are logins that read the Secrets of the node's Pods. Any of them in the wrong hands is the node in the wrong hands.",
  severity: "high",
  frameworks: {
    cis: { "1.12": ["4.1.1(a)", "4.1.2(b)", "4.1.3(c)", "4.1.4(d)", "4.1.5(e)", "4.1.6(f)", "4.1.7(g)", "4.1.8(h)", "4.1.9(i)", "4.1.10(j)"] },
    nsa: { "1.2": ["cp/kubeconfig", "cp/kubelet"] },
    owasp: { "2022": ["K09"], "2025": ["K07"] },
  },
  match: kinds("portcullis.dev/v1/NodeFacts"),
  parameters: {
    maxMode: choice(modes, { default: "0600", description: "The most that anybody may do with such a file." }),
    caMode: choice(modes, { default: "0644", description: "The most that anybody may do with the CA of the kubelet's clients." }),
    owner: string({ default: "root:root", description: "User and group that own such a file." }),
  },
  findings: {
    a: "Others have access to the kubelet's unit",
    b: "The kubelet's unit is not root's",
    c: "Others have access to kube-proxy's credentials",
    d: "kube-proxy's credentials are not root's",
    e: "Others have access to the kubelet's credentials",
    f: "The kubelet's credentials are not root's",
    g: "Others may change the CA of the kubelet's clients",
    h: "The CA of the kubelet's clients is not root's",
    i: "Others have access to the kubelet's configuration",
    j: "The kubelet's configuration is not root's",
  },

  check({ object, parameters, deny }) {
    for (const facts of object.files) {
      if (facts.exists === false) continue;
      const isOpen = !staysWithin(facts.mode, parameters.maxMode);
      const mode = `mode of ${facts.path} is ${modeOf(facts)}`;
      const isForeign = ownerOf(facts) !== parameters.owner;
      const owner = `owner of ${facts.path} is ${ownerOf(facts)}`;
      if (facts.role === "kubelet-unit" && isOpen) deny(facts, "mode", mode, "a");
      if (facts.role === "kubelet-unit" && isForeign) deny(facts, "owner", owner, "b");
      if (facts.role === "kube-proxy-kubeconfig" && isOpen) deny(facts, "mode", mode, "c");
      if (facts.role === "kube-proxy-kubeconfig" && isForeign) deny(facts, "owner", owner, "d");
      if (facts.role === "kubelet-kubeconfig" && isOpen) deny(facts, "mode", mode, "e");
      if (facts.role === "kubelet-kubeconfig" && isForeign) deny(facts, "owner", owner, "f");
      if (facts.role === "kubelet-client-ca" && !staysWithin(facts.mode, parameters.caMode)) deny(facts, "mode", mode, "g");
      if (facts.role === "kubelet-client-ca" && isForeign) deny(facts, "owner", owner, "h");
      if (facts.role === "kubelet-config" && isOpen) deny(facts, "mode", mode, "i");
      if (facts.role === "kubelet-config" && isForeign) deny(facts, "owner", owner, "j");
    }
  },

  remediation: "Use chmod 600 and chown root:root on the files, the unit's drop-ins among them; the CA may be 644.",
  pass: [
    {
      name: "files of root alone, and a CA that all may read",
      object: nodeFacts(
        file("kubelet-unit", "/usr/lib/systemd/system/kubelet.service", "0600"),
        file("kubelet-unit", "/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf", "0600"),
        file("kubelet-kubeconfig", "/etc/kubernetes/kubelet.conf", "0600"),
        file("kubelet-client-ca", "/etc/kubernetes/pki/ca.crt", "0644"),
        file("kubelet-config", "/var/lib/kubelet/config.yaml", "0400"),
        missing("kube-proxy-kubeconfig", "/var/lib/kube-proxy/kubeconfig.conf"),
      ),
    },
    { name: "files of another role", object: nodeFacts(file("cni-config", "/etc/cni/net.d/10-calico.conflist", "0666", "kube", "kube")) },
    { name: "other bounds", parameters: { maxMode: "0644", caMode: "0600", owner: "root:kube" }, object: nodeFacts(file("kubelet-unit", "/etc/systemd/system/kubelet.service", "0644", "root", "kube"), file("kubelet-client-ca", "/etc/kubernetes/pki/ca.crt", "0600", "root", "kube")) },
  ],
  fail: [
    {
      name: "files that everybody reads, as packages install them, and a CA that all may change",
      object: nodeFacts(
        file("kubelet-unit", "/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf", "0644"),
        file("kube-proxy-kubeconfig", "/var/lib/kube-proxy/kubeconfig.conf", "0644"),
        file("kubelet-kubeconfig", "/etc/kubernetes/kubelet.conf", "0640"),
        file("kubelet-client-ca", "/etc/kubernetes/pki/ca.crt", "0646"),
        file("kubelet-config", "/var/lib/kubelet/config.yaml", "0644"),
      ),
      at: [
        { finding: "a", path: "files[0].mode" },
        { finding: "c", path: "files[1].mode" },
        { finding: "e", path: "files[2].mode" },
        { finding: "g", path: "files[3].mode" },
        { finding: "i", path: "files[4].mode" },
      ],
    },
    {
      name: "files of somebody else",
      object: nodeFacts(
        file("kubelet-unit", "/etc/systemd/system/kubelet.service", "0600", "kube"),
        file("kube-proxy-kubeconfig", "/var/lib/kube-proxy/kubeconfig.conf", "0600", "kube", "kube"),
        file("kubelet-kubeconfig", "/etc/kubernetes/kubelet.conf", "0600", "root", "kube"),
        file("kubelet-client-ca", "/etc/kubernetes/pki/ca.crt", "0644", "1000", "1000"),
        file("kubelet-config", "/var/lib/kubelet/config.yaml", "0600", "kube", "kube"),
      ),
      at: [
        { finding: "b", path: "files[0].owner" },
        { finding: "d", path: "files[1].owner" },
        { finding: "f", path: "files[2].owner" },
        { finding: "h", path: "files[3].owner" },
        { finding: "j", path: "files[4].owner" },
      ],
    },
  ],
});
