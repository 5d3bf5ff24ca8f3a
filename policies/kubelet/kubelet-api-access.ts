import { component, defineControl, strings } from "portcullis";
import { kubeletFile, kubeletProcess, kubeletWithFile, otherComponent } from "./fixtures.ts";
import { fileOf, withoutFile } from "./settings.ts";

export default defineControl({
  title: "The kubelet must know who asks, and whether they may",
  description:
    "The kubelet's port runs commands in every container of the node. Where it takes anonymous requests, or allows whatever is asked, one request to one node is a shell in any Pod on it, and the API server's roles and audit log know nothing of it.",
  severity: "critical",
  frameworks: {
    cis: { "1.12": ["4.2.1(a)", "4.2.2(b)", "4.2.3(c)"] },
    nsa: { "1.2": ["cp/kubelet", "auth/anonymous"] },
    owasp: { "2022": ["K09"], "2025": ["K07", "K09"] },
    seed: ["H12"],
  },
  match: component("kubelet", "kubelet.config.k8s.io/v1beta1/KubeletConfiguration"),
  parameters: { modes: strings({ default: ["Webhook"], description: "Ways to authorize that are accepted." }) },
  findings: {
    a: "Anonymous requests are taken",
    b: "Requests are not authorized by the API server",
    c: "No CA verifies the certificates of clients",
  },

  check({ object, component: kubelet, parameters, deny }) {
    const file = fileOf(object);
    const alone = withoutFile(kubelet, object);

    const anonymous = kubelet?.flags["anonymous-auth"];
    if (anonymous && anonymous.value !== "false") deny(anonymous, "", `--anonymous-auth is ${anonymous.value}`, "a");
    if (file && anonymous === undefined && file.authentication?.anonymous?.enabled === true) deny(file, "authentication.anonymous.enabled", "anonymous requests are taken", "a");
    if (alone && anonymous === undefined) deny(alone, "", "--anonymous-auth is not set, which turns it on without a file", "a");

    const mode = kubelet?.flags["authorization-mode"];
    const fileMode = file?.authorization?.mode ?? "";
    if (mode && !parameters.modes.includes(mode.value)) deny(mode, "", `--authorization-mode is ${mode.value}`, "b");
    if (file && mode === undefined && !parameters.modes.includes(fileMode === "" ? "Webhook" : fileMode)) deny(file, "authorization.mode", `requests are authorized by ${fileMode}`, "b");
    if (alone && mode === undefined) deny(alone, "", "--authorization-mode is not set, which means AlwaysAllow without a file", "b");

    const hasAuthority = kubelet?.flags["client-ca-file"] !== undefined;
    if (file && !hasAuthority && (file.authentication?.x509?.clientCAFile ?? "") === "") deny(file, "authentication.x509.clientCAFile", "no CA for clients is named", "c");
    if (alone && !hasAuthority) deny(alone, "", "--client-ca-file is not set", "c");
  },

  remediation: "In the kubelet's file, set authentication.anonymous.enabled: false, authorization.mode: Webhook and authentication.x509.clientCAFile.",
  pass: [
    {
      name: "a file that says all of it",
      object: kubeletFile({ authentication: { anonymous: { enabled: false }, webhook: { enabled: true }, x509: { clientCAFile: "/etc/kubernetes/pki/ca.crt" } }, authorization: { mode: "Webhook" } }),
    },
    { name: "a file that leaves the rest to its defaults, which are sound", object: kubeletWithFile({ authentication: { x509: { clientCAFile: "/etc/kubernetes/pki/ca.crt" } }, authorization: { mode: "" } }) },
    { name: "flags that overrule a weak file", object: kubeletWithFile({ authentication: { anonymous: { enabled: true } }, authorization: { mode: "AlwaysAllow" } }, "--anonymous-auth=false", "--authorization-mode=Webhook", "--client-ca-file=/etc/ca.crt") },
    { name: "flags alone, which say all of it", object: kubeletProcess("--anonymous-auth=false", "--authorization-mode", "Webhook", "--client-ca-file=/etc/ca.crt") },
    { name: "a command line that names a file, which is judged where it stands", object: kubeletProcess("--config=/var/lib/kubelet/config.yaml") },
    { name: "a command line that names a folder of them", object: kubeletProcess("--config-dir=/etc/kubernetes/kubelet.conf.d") },
    { name: "a file, however the kubelet came to it", object: { ...kubeletProcess("--kubeconfig=/etc/kubernetes/kubelet.conf"), config: { authentication: { x509: { clientCAFile: "/etc/kubernetes/pki/ca.crt" } } } } },
    { name: "another component", object: otherComponent("--anonymous-auth=true") },
  ],
  fail: [
    {
      name: "flags alone, whose defaults let everybody in",
      object: kubeletProcess("--kubeconfig=/etc/kubernetes/kubelet.conf"),
      at: [
        { finding: "a", path: "flags" },
        { finding: "b", path: "flags" },
        { finding: "c", path: "flags" },
      ],
    },
    {
      name: "a weak file",
      object: kubeletFile({ authentication: { anonymous: { enabled: true }, x509: { clientCAFile: "" } }, authorization: { mode: "AlwaysAllow" } }),
      at: [
        { finding: "a", path: "authentication.anonymous.enabled" },
        { finding: "b", path: "authorization.mode" },
        { finding: "c", path: "authentication.x509.clientCAFile" },
      ],
    },
    {
      name: "flags that overrule a sound file",
      object: kubeletWithFile({ authentication: { anonymous: { enabled: false }, x509: { clientCAFile: "/etc/ca.crt" } }, authorization: { mode: "Webhook" } }, "--anonymous-auth", "--authorization-mode=AlwaysAllow"),
      at: [
        { finding: "a", path: "flags[1]" },
        { finding: "b", path: "flags[2]" },
      ],
    },
    {
      name: "a weak file beside the command line",
      object: kubeletWithFile({ authentication: { anonymous: { enabled: true } } }),
      at: [
        { finding: "a", path: "config.authentication.anonymous.enabled" },
        { finding: "c", path: "config.authentication.x509.clientCAFile" },
      ],
    },
    { name: "a default that is not accepted", parameters: { modes: [] }, object: kubeletFile({ authentication: { x509: { clientCAFile: "/etc/ca.crt" } } }), at: [{ finding: "b", path: "authorization.mode" }] },
  ],
});
