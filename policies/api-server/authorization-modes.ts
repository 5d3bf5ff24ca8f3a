import { component, defineControl, strings } from "portcullis";
import { apiServer, apiServerProcess, kubeadmApiServer, otherComponent } from "./fixtures.ts";

const always = "AlwaysAllow";

export default defineControl({
  title: "Requests must be authorized by Node and RBAC",
  description:
    "Rights of several authorizers add up, so one that says yes to everything makes the others pointless. Without Node every kubelet needs rights to the Secrets of all nodes, and one stolen kubelet credential reads them; without RBAC no role that anybody wrote counts.",
  severity: "critical",
  frameworks: {
    cis: { "1.12": ["1.2.6(a)", "1.2.7(b)", "1.2.8(c)"] },
    nsa: { "1.2": ["rbac/enabled", "cp/auth"] },
    owasp: { "2022": ["K09"], "2025": ["K02"] },
    seed: ["H10"],
  },
  match: component("kube-apiserver", "apiserver.config.k8s.io/v1/AuthorizationConfiguration", "apiserver.config.k8s.io/v1beta1/AuthorizationConfiguration"),
  parameters: { extra: strings({ default: [], description: "Authorizers that are accepted beside Node and RBAC, such as Webhook." }) },
  findings: {
    a: "Every request is allowed",
    b: "The Node authorizer is missing",
    c: "The RBAC authorizer is missing",
    d: "An authorizer is none of those that are accepted",
  },

  check({ object, component: server, parameters, deny }) {
    const modes = server?.flags["authorization-mode"];
    // With a file the file decides, and the server refuses both.
    if (server && modes === undefined && server.flags["authorization-config"] === undefined) {
      deny(server, "", "neither --authorization-mode nor --authorization-config is set, which means AlwaysAllow", "a");
      deny(server, "", "Node is not among the authorizers", "b");
      deny(server, "", "RBAC is not among the authorizers", "c");
    }
    for (const mode of modes?.items ?? []) {
      if (mode.value === always) deny(mode, "", "AlwaysAllow is among the authorizers", "a");
      else if (mode.value !== "Node" && mode.value !== "RBAC" && !parameters.extra.includes(mode.value)) deny(mode, "", `${mode.value} is among the authorizers`, "d");
    }
    if (modes && !modes.items.some(({ value }) => value === "Node")) deny(modes, "", "Node is not among the authorizers", "b");
    if (modes && !modes.items.some(({ value }) => value === "RBAC")) deny(modes, "", "RBAC is not among the authorizers", "c");

    if (object.kind === "AuthorizationConfiguration") {
      const authorizers = object.authorizers ?? [];
      for (const authorizer of authorizers) {
        const type = authorizer.type ?? "an authorizer without a type";
        if (authorizer.type === always) deny(authorizer, "type", "AlwaysAllow is among the authorizers", "a");
        else if (authorizer.type !== "Node" && authorizer.type !== "RBAC" && !parameters.extra.includes(type)) deny(authorizer, "type", `${type} is among the authorizers`, "d");
      }
      if (!authorizers.some(({ type }) => type === "Node")) deny(object, "authorizers", "Node is not among the authorizers", "b");
      if (!authorizers.some(({ type }) => type === "RBAC")) deny(object, "authorizers", "RBAC is not among the authorizers", "c");
    }
  },

  remediation: "Set --authorization-mode=Node,RBAC, or name Node and RBAC in the file that --authorization-config names.",
  pass: [
    { name: "Node and RBAC", object: apiServer("--authorization-mode=Node,RBAC") },
    { name: "each in a flag of its own, as the server joins them", object: apiServerProcess("--authorization-mode=RBAC", "--authorization-mode", "Node") },
    { name: "kubeadm, which names both", object: kubeadmApiServer({ name: "profiling", value: "false" }) },
    { name: "a webhook that is accepted", parameters: { extra: ["Webhook"] }, object: apiServer("--authorization-mode=Node,RBAC,Webhook", "--authorization-webhook-config-file=/etc/kubernetes/authorizer.yaml") },
    { name: "a server that leaves it to a file", object: kubeadmApiServer({ name: "authorization-config", value: "/etc/kubernetes/authorization.yaml" }) },
    {
      name: "the file",
      object: { apiVersion: "apiserver.config.k8s.io/v1", kind: "AuthorizationConfiguration", authorizers: [{ type: "Node", name: "node" }, { type: "RBAC", name: "rbac" }] },
    },
    {
      name: "a file of the older version, with a webhook that is accepted",
      parameters: { extra: ["Webhook"] },
      object: {
        apiVersion: "apiserver.config.k8s.io/v1beta1",
        kind: "AuthorizationConfiguration",
        authorizers: [
          { type: "Node", name: "node" },
          { type: "RBAC", name: "rbac" },
          {
            type: "Webhook",
            name: "teams",
            webhook: { timeout: "3s", subjectAccessReviewVersion: "v1", failurePolicy: "Deny", connectionInfo: { type: "KubeConfigFile", kubeConfigFile: "/etc/kubernetes/authorizer.yaml" } },
          },
        ],
      },
    },
    { name: "another component", object: otherComponent("--authorization-mode=AlwaysAllow") },
  ],
  fail: [
    {
      name: "neither flag nor file",
      object: apiServer("--secure-port=6443"),
      at: [
        { finding: "a", path: "spec.containers[0].command" },
        { finding: "b", path: "spec.containers[0].command" },
        { finding: "c", path: "spec.containers[0].command" },
      ],
    },
    { name: "everything is allowed, whatever else is said", object: apiServer("--authorization-mode=Node,RBAC", "--authorization-mode=AlwaysAllow"), at: [{ finding: "a", path: "spec.containers[0].command[2]" }] },
    {
      name: "kubeadm, told of attributes alone",
      object: kubeadmApiServer({ name: "authorization-mode", value: "ABAC" }),
      at: [
        { finding: "b", path: "apiServer.extraArgs[0].value" },
        { finding: "c", path: "apiServer.extraArgs[0].value" },
        { finding: "d", path: "apiServer.extraArgs[0].value" },
      ],
    },
    { name: "no Node, and names that another case makes others", object: apiServerProcess("--authorization-mode=RBAC"), at: [{ finding: "b", path: "flags[0]" }] },
    { name: "no RBAC", object: apiServerProcess("--authorization-mode", "Node"), at: [{ finding: "c", path: "flags[1]" }] },
    {
      name: "a file that allows everything after RBAC, and no Node",
      object: { apiVersion: "apiserver.config.k8s.io/v1", kind: "AuthorizationConfiguration", authorizers: [{ type: "RBAC", name: "rbac" }, { type: "AlwaysAllow", name: "rest" }] },
      at: [
        { finding: "a", path: "authorizers[1].type" },
        { finding: "b", path: "authorizers" },
      ],
    },
    {
      name: "a file with a webhook that nobody accepted, and no RBAC",
      object: {
        apiVersion: "apiserver.config.k8s.io/v1beta1",
        kind: "AuthorizationConfiguration",
        authorizers: [
          { type: "Webhook", name: "teams", webhook: { timeout: "3s", failurePolicy: "NoOpinion", connectionInfo: { type: "InClusterConfig" } } },
          { type: "Node", name: "node" },
        ],
      },
      at: [
        { finding: "d", path: "authorizers[0].type" },
        { finding: "c", path: "authorizers" },
      ],
    },
    {
      name: "an empty file",
      object: { apiVersion: "apiserver.config.k8s.io/v1", kind: "AuthorizationConfiguration" },
      at: [
        { finding: "b", path: "authorizers" },
        { finding: "c", path: "authorizers" },
      ],
    },
    {
      name: "an entry without a type",
      object: { apiVersion: "apiserver.config.k8s.io/v1", kind: "AuthorizationConfiguration", authorizers: [{ type: "Node", name: "node" }, { type: "RBAC", name: "rbac" }, { name: "rest" }] },
      at: [{ finding: "d", path: "authorizers[2].type" }],
    },
  ],
});
