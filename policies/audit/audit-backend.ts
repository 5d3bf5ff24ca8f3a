import { boolean, component, defineControl } from "portcullis";
import { apiServer, apiServerProcess, kubeadmApiServer, otherComponent } from "../api-server/fixtures.ts";

export default defineControl({
  title: "The API server must log what it is asked",
  description:
    "Without a policy nothing is logged, even where a path is set, and without a log nobody can say who read which Secret, or when the break-in began.",
  severity: "high",
  frameworks: {
    cis: { "1.12": ["1.2.16(a)", "3.2.1(b)"] },
    nsa: { "1.2": ["log/api-audit"] },
    owasp: { "2022": ["K05"], "2025": ["K10"] },
    seed: ["H06", "H10"],
  },
  match: component("kube-apiserver"),
  parameters: { acceptWebhookOnly: boolean({ default: false, description: "Whether a webhook that the log is sent to will do in place of a file." }) },
  findings: {
    a: "The log is written nowhere",
    b: "No policy says what is logged",
  },

  check({ component: server, parameters, deny }) {
    const isSent = parameters.acceptWebhookOnly && server.flags["audit-webhook-config-file"] !== undefined;
    if (server.flags["audit-log-path"] === undefined && !isSent) deny(server, "", "--audit-log-path is not set", "a");
    if (server.flags["audit-policy-file"] === undefined) deny(server, "", "--audit-policy-file is not set, so nothing is logged", "b");
  },

  remediation: "Set --audit-log-path and --audit-policy-file, and mount both into the static Pod.",
  pass: [
    { name: "a file and a policy", object: apiServer("--audit-log-path=/var/log/kubernetes/audit.log", "--audit-policy-file=/etc/kubernetes/audit-policy.yaml") },
    { name: "the standard output", object: kubeadmApiServer({ name: "audit-log-path", value: "-" }, { name: "audit-policy-file", value: "/etc/kubernetes/audit-policy.yaml" }) },
    { name: "a webhook that will do", parameters: { acceptWebhookOnly: true }, object: apiServerProcess("--audit-webhook-config-file=/etc/audit-webhook.yaml", "--audit-policy-file=/etc/audit-policy.yaml") },
    { name: "another component", object: otherComponent("--bind-address=127.0.0.1") },
  ],
  fail: [
    {
      name: "kubeadm by itself, which logs nothing",
      object: kubeadmApiServer({ name: "profiling", value: "false" }),
      at: [
        { finding: "a", path: "apiServer.extraArgs" },
        { finding: "b", path: "apiServer.extraArgs" },
      ],
    },
    { name: "a path without a policy", object: apiServer("--audit-log-path=/var/log/kubernetes/audit.log"), at: [{ finding: "b", path: "spec.containers[0].command" }] },
    { name: "an empty path, and a webhook that will not do", object: apiServerProcess("--audit-log-path=", "--audit-webhook-config-file=/etc/audit-webhook.yaml", "--audit-policy-file=/etc/audit-policy.yaml"), at: [{ finding: "a", path: "flags" }] },
    { name: "no webhook where one would do", parameters: { acceptWebhookOnly: true }, object: apiServerProcess("--audit-policy-file=/etc/audit-policy.yaml"), at: [{ finding: "a", path: "flags" }] },
  ],
});
