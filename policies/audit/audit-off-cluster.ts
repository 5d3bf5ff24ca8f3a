import { component, defineControl, string } from "portcullis";
import { apiServer, apiServerProcess, kubeadmApiServer, otherComponent } from "../api-server/fixtures.ts";

export default defineControl({
  title: "The audit log must leave the machine that it is about",
  description:
    "Whoever takes over a node of the control plane deletes the log that lies on its disk, and with it all that would tell what was done. What has left the machine stays. A shipper that is declared is a claim, to be kept as evidence; whether the webhook's own file names a server by https is not judged here.",
  severity: "medium",
  frameworks: {
    nsa: { "1.2": ["log/api-audit", "log/persist"] },
    owasp: { "2022": ["K05"], "2025": ["K10"] },
    seed: ["H06"],
  },
  match: component("kube-apiserver"),
  parameters: { shipper: string({ default: "", description: "The agent that reads the log's file and sends it off, if there is one." }) },
  findings: { a: "The log stays on its machine" },

  check({ component: server, parameters, deny }) {
    if (server.flags["audit-webhook-config-file"] === undefined && parameters.shipper === "") deny(server, "", "--audit-webhook-config-file is not set, and no agent is declared that ships the log", "a");
  },

  remediation: "Set --audit-webhook-config-file, or run an agent that ships the log's file and name it as shipper in the target.",
  pass: [
    { name: "a webhook", object: apiServer("--audit-log-path=/var/log/kubernetes/audit.log", "--audit-policy-file=/etc/kubernetes/audit-policy.yaml", "--audit-webhook-config-file=/etc/kubernetes/audit-webhook.yaml") },
    { name: "an agent that reads the file", parameters: { shipper: "fluent-bit" }, object: kubeadmApiServer({ name: "audit-log-path", value: "/var/log/kubernetes/audit.log" }) },
    { name: "another component", object: otherComponent("--bind-address=127.0.0.1") },
  ],
  fail: [
    { name: "a file alone", object: apiServer("--audit-log-path=/var/log/kubernetes/audit.log", "--audit-policy-file=/etc/kubernetes/audit-policy.yaml"), at: [{ finding: "a", path: "spec.containers[0].command" }] },
    { name: "an empty path, which is none", object: apiServerProcess("--audit-webhook-config-file=", "--audit-log-path=-"), at: [{ finding: "a", path: "flags" }] },
    { name: "what kubeadm sets up by itself", object: kubeadmApiServer({ name: "profiling", value: "false" }), at: [{ finding: "a", path: "apiServer.extraArgs" }] },
  ],
});
