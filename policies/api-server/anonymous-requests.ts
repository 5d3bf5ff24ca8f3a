import { component, defineControl, strings } from "portcullis";
import { apiServer, apiServerProcess, kubeadmApiServer, otherComponent } from "./fixtures.ts";

export default defineControl({
  title: "The API server must not answer requests without credentials",
  description:
    "A request without credentials is let in as system:anonymous unless that is turned off. Whoever reaches the port can then try out every path and every hole in the server, and one binding to system:unauthenticated, written by mistake or left by an intruder, opens the cluster to all the world.",
  severity: "high",
  frameworks: { cis: { "1.12": ["1.2.1"] }, nsa: { "1.2": ["auth/anonymous", "cp/auth"] }, owasp: { "2022": ["K06"], "2025": ["K09"] }, seed: ["H04", "H10"] },
  match: component("kube-apiserver", "apiserver.config.k8s.io/v1/AuthenticationConfiguration", "apiserver.config.k8s.io/v1beta1/AuthenticationConfiguration"),
  parameters: { allowedPaths: strings({ default: [], description: "Paths that may be asked without credentials, such as /livez, /readyz and /healthz for load balancers." }) },
  findings: { a: "Requests without credentials are let in" },

  check({ object, component: server, parameters, deny }) {
    const flag = server?.flags["anonymous-auth"];
    // With a file the file must say it, and the server refuses to hear it from both.
    if (server && flag === undefined && server.flags["authentication-config"] === undefined) deny(server, "", "--anonymous-auth is not set, which turns it on", "a");
    if (flag && flag.value !== "false") deny(flag, "", `--anonymous-auth is ${flag.value}`, "a");

    if (object.kind === "AuthenticationConfiguration") {
      if (object.anonymous === undefined) deny(object, "anonymous", "the file does not say it, so that requests without credentials are let in", "a");
      else if (object.anonymous.enabled === true) {
        const conditions = object.anonymous.conditions ?? [];
        if (conditions.length === 0) deny(object, "anonymous.conditions", "requests without credentials are let in on every path", "a");
        for (const condition of conditions) {
          const path = condition.path ?? "";
          if (!parameters.allowedPaths.includes(path)) deny(condition, "path", `requests without credentials are let in on "${path}"`, "a");
        }
      }
    }
  },

  remediation:
    "Set --anonymous-auth=false, or anonymous: {enabled: false} in the file that --authentication-config names. Where load balancers or kubeadm join ask without credentials, set enabled: true with conditions that name their paths, and list those in allowedPaths.",
  pass: [
    { name: "turned off", object: apiServer("--anonymous-auth=false") },
    { name: "turned off last, as the server reads it", object: apiServerProcess("--anonymous-auth=true", "--anonymous-auth=false") },
    { name: "kubeadm, told to turn it off", object: kubeadmApiServer({ name: "anonymous-auth", value: "false" }) },
    { name: "a server that leaves it to a file", object: apiServer("--authentication-config=/etc/kubernetes/authentication.yaml") },
    { name: "a file that turns it off", object: { apiVersion: "apiserver.config.k8s.io/v1", kind: "AuthenticationConfiguration", anonymous: { enabled: false } } },
    {
      name: "a file of the older version, which opens the paths of probes alone",
      parameters: { allowedPaths: ["/livez", "/readyz", "/healthz"] },
      object: {
        apiVersion: "apiserver.config.k8s.io/v1beta1",
        kind: "AuthenticationConfiguration",
        jwt: [{ issuer: { url: "https://login.example.com", audiences: ["cluster"] }, claimMappings: { username: { claim: "sub", prefix: "oidc:" } } }],
        anonymous: { enabled: true, conditions: [{ path: "/livez" }, { path: "/readyz" }] },
      },
    },
    { name: "another component", object: otherComponent("--anonymous-auth=true") },
  ],
  fail: [
    { name: "the flag is absent, and its default is on", object: apiServer("--authorization-mode=Node,RBAC"), at: [{ finding: "a", path: "spec.containers[0].command" }] },
    { name: "turned on by name", object: apiServer("--secure-port=6443", "--anonymous-auth=true"), at: [{ finding: "a", path: "spec.containers[0].command[2]" }] },
    { name: "named without a value, which is true", object: apiServerProcess("--anonymous-auth"), at: [{ finding: "a", path: "flags[0]" }] },
    { name: "turned on beside a file", object: apiServer("--authentication-config=/etc/kubernetes/authentication.yaml", "--anonymous-auth=true"), at: [{ finding: "a", path: "spec.containers[0].command[2]" }] },
    { name: "kubeadm by itself", object: kubeadmApiServer({ name: "profiling", value: "false" }), at: [{ finding: "a", path: "apiServer.extraArgs" }] },
    {
      name: "a file of providers alone, which leaves the default",
      object: {
        apiVersion: "apiserver.config.k8s.io/v1",
        kind: "AuthenticationConfiguration",
        jwt: [{ issuer: { url: "https://login.example.com", audiences: ["cluster"] }, claimMappings: { username: { claim: "sub", prefix: "oidc:" } } }],
      },
      at: [{ finding: "a", path: "anonymous" }],
    },
    { name: "a file that opens everything", object: { apiVersion: "apiserver.config.k8s.io/v1", kind: "AuthenticationConfiguration", anonymous: { enabled: true } }, at: [{ finding: "a", path: "anonymous.conditions" }] },
    {
      name: "a file with an empty list of paths, which opens everything too",
      parameters: { allowedPaths: ["/livez"] },
      object: { apiVersion: "apiserver.config.k8s.io/v1beta1", kind: "AuthenticationConfiguration", anonymous: { enabled: true, conditions: [] } },
      at: [{ finding: "a", path: "anonymous.conditions" }],
    },
    {
      name: "a path that nobody listed, beside one that is listed",
      parameters: { allowedPaths: ["/livez"] },
      object: { apiVersion: "apiserver.config.k8s.io/v1", kind: "AuthenticationConfiguration", anonymous: { enabled: true, conditions: [{ path: "/livez" }, { path: "/livez/" }, { path: "/api/v1/secrets" }] } },
      at: [
        { finding: "a", path: "anonymous.conditions[1].path" },
        { finding: "a", path: "anonymous.conditions[2].path" },
      ],
    },
  ],
});
