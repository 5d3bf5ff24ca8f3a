import { component, defineControl } from "portcullis";
import { apiServer, apiServerProcess, kubeadmApiServer, otherComponent } from "./fixtures.ts";

export default defineControl({
  title: "The API server and the kubelets must prove to each other who they are",
  description:
    "Logs, exec and port forwarding run from the API server to the kubelet. Without a client certificate the kubelet cannot tell the API server from anybody else; without a CA the API server cannot tell the kubelet from whoever sits between, who then reads along and answers.",
  severity: "high",
  frameworks: { cis: { "1.12": ["1.2.4(a)", "1.2.5(b)"] }, nsa: { "1.2": ["cp/tls"] }, owasp: { "2022": ["K09"], "2025": ["K07"] } },
  match: component("kube-apiserver"),
  findings: {
    a: "The API server has no client certificate for kubelets",
    b: "The API server does not verify the kubelets' certificates",
  },

  check({ component: server, deny }) {
    for (const flag of ["kubelet-client-certificate", "kubelet-client-key"]) {
      if (server.flags[flag] === undefined) deny(server, "", `--${flag} is not set`, "a");
    }
    if (server.flags["kubelet-certificate-authority"] === undefined) deny(server, "", "--kubelet-certificate-authority is not set, so any certificate of a kubelet will do", "b");
  },

  remediation:
    "Set --kubelet-client-certificate, --kubelet-client-key and --kubelet-certificate-authority; the last needs kubelets whose serving certificates are signed by that CA.",
  pass: [
    {
      name: "all three",
      object: apiServer(
        "--kubelet-client-certificate=/etc/kubernetes/pki/apiserver-kubelet-client.crt",
        "--kubelet-client-key=/etc/kubernetes/pki/apiserver-kubelet-client.key",
        "--kubelet-certificate-authority=/etc/kubernetes/pki/ca.crt",
      ),
    },
    { name: "kubeadm, which brings the certificate, with a CA", object: kubeadmApiServer({ name: "kubelet-certificate-authority", value: "/etc/kubernetes/pki/ca.crt" }) },
    { name: "another component", object: otherComponent("--secure-port=10259") },
  ],
  fail: [
    { name: "kubeadm by itself, which names no CA", object: kubeadmApiServer({ name: "profiling", value: "false" }), at: [{ finding: "b", path: "apiServer.extraArgs" }] },
    {
      name: "a certificate without its key",
      object: apiServer("--kubelet-client-certificate=/etc/kubernetes/pki/apiserver-kubelet-client.crt", "--kubelet-certificate-authority=/etc/kubernetes/pki/ca.crt"),
      at: [{ finding: "a", path: "spec.containers[0].command" }],
    },
    {
      name: "a key without its certificate, and a CA that is empty",
      object: apiServerProcess("--kubelet-client-key=/etc/kubelet-client.key", "--kubelet-certificate-authority="),
      at: [
        { finding: "a", path: "flags" },
        { finding: "b", path: "flags" },
      ],
    },
  ],
});
