import { choice, defineControl, kinds } from "portcullis";
import { auditPolicy, everything, of } from "./fixtures.ts";
import { amountOf, concerns, isMet, isMissed, levels, persons } from "./first-rule.ts";
import { attach, ephemeralContainers, exec, proxies } from "./resources.ts";

export default defineControl({
  title: "Sessions in containers must be logged",
  description:
    "Exec, attach, port forwarding and proxies are how an intruder works inside a cluster once a credential is stolen, and nothing else tells who opened a session and with which command. WebSocket sessions are requests to get, the older SPDY ones to create, and a policy that names one verb misses the other.",
  severity: "medium",
  frameworks: {
    cis: { "1.12": ["3.2.2"] },
    nsa: { "1.2": ["log/api-audit"] },
    owasp: { "2022": ["K05"], "2025": ["K10"] },
    seed: ["H25", "L05"],
  },
  match: kinds("audit.k8s.io/v1/Policy"),
  parameters: {
    exec: choice(levels, { default: "RequestResponse", description: "Level for pods/exec. The body of neither direction holds the session itself." }),
    attach: choice(levels, { default: "RequestResponse", description: "Level for pods/attach." }),
    ephemeralContainers: choice(levels, { default: "Request", description: "Level for pods/ephemeralcontainers, which kubectl debug patches." }),
    others: choice(levels, { default: "Metadata", description: "Level for port forwarding and the proxies of pods, services and nodes." }),
  },

  check({ object, kubernetesMinor, parameters, deny }) {
    const asked = [
      { what: exec, verbs: ["get", "create"], level: parameters.exec },
      { what: attach, verbs: ["get", "create"], level: parameters.attach },
      ...proxies.map((what) => ({ what, verbs: ["get", "create"], level: parameters.others })),
      { what: ephemeralContainers, verbs: ["patch"], level: parameters.ephemeralContainers },
    ];
    const rules = object.rules ?? [];
    for (const [index, rule] of rules.entries()) {
      for (const each of asked) {
        if (amountOf(rule.level) >= amountOf(each.level) || !concerns(rule, each.what, kubernetesMinor)) continue;
        const earlier = rules.filter((other, at) => at < index && concerns(other, each.what, kubernetesMinor));
        if (isMet(rule, earlier, persons, each.verbs)) deny(rule, "level", `requests for ${each.what.full} are logged at level ${rule.level ?? "None"}; put a rule of level ${each.level} before this one`);
      }
    }
    for (const each of asked) {
      if (amountOf(each.level) > 0 && isMissed(rules.filter((rule) => concerns(rule, each.what, kubernetesMinor)), persons, each.verbs)) deny(object, "rules", `requests for ${each.what.full} meet no rule and leave no trace; add one of level ${each.level}`);
    }
  },

  remediation: "Put a rule of level RequestResponse for pods/exec and pods/attach, without verbs, and one of level Request for pods/ephemeralcontainers near the top.",
  pass: [
    { name: "less for every group, before 1.37", kubernetesMinor: 36, object: auditPolicy([{ level: "Metadata", resources: [{ group: "*" }] }, { level: "RequestResponse" }]) },
    { name: "less for one pod, and for another group", object: auditPolicy([{ level: "Metadata", resources: [{ group: "", resources: ["pods/exec"], resourceNames: ["web"] }, of(["*"], "apps")] }, { level: "RequestResponse" }]) },
    {
      name: "sessions first, and the rest by metadata",
      object: auditPolicy([
        { level: "RequestResponse", resources: [of(["pods/exec", "pods/attach"])] },
        { level: "Request", resources: [of(["pods/ephemeralcontainers"])] },
        { level: "Metadata", resources: [of(["pods/portforward", "*/proxy"])] },
        { level: "None", verbs: ["get", "list", "watch"] },
        everything,
      ]),
    },
    { name: "all that there is", object: auditPolicy([{ level: "RequestResponse" }]) },
    { name: "metadata, where no more is asked", parameters: { exec: "Metadata", attach: "Metadata", ephemeralContainers: "Metadata" }, object: auditPolicy([{ level: "None", userGroups: ["system:nodes"] }, { level: "None", users: ["system:kube-scheduler"], resources: [of(["pods/*"])] }, everything]) },
    { name: "nothing, where nothing is asked", parameters: { exec: "None", attach: "None", ephemeralContainers: "None", others: "None" }, object: auditPolicy([{ level: "Metadata", resources: [of(["secrets"])] }]) },
  ],
  fail: [
    { name: "less for every group, from 1.37 on", object: auditPolicy([{ level: "Metadata", resources: [{ group: "*", resources: ["pods/exec"] }] }, { level: "RequestResponse" }]), at: ["rules[0].level"] },
    { name: "no reads", object: auditPolicy([{ level: "RequestResponse", verbs: ["create", "patch"] }]), at: Array.from({ length: 6 }, () => "rules") },
    {
      name: "what a model writes: sessions by the verb create alone, so that WebSocket clients are not logged",
      object: auditPolicy([
        { level: "RequestResponse", verbs: ["create"], resources: [of(["pods/exec", "pods/attach", "pods/portforward", "pods/proxy", "services/proxy", "nodes/proxy"])] },
        { level: "Request", verbs: ["patch"], resources: [of(["pods/ephemeralcontainers"])] },
        { level: "None", verbs: ["get", "list", "watch"] },
        everything,
      ]),
      at: ["pods/exec", "pods/attach", "pods/portforward", "pods/proxy", "services/proxy", "nodes/proxy"].map(() => "rules[2].level"),
    },
    {
      name: "pods alone, which their subresources are no part of",
      object: auditPolicy([{ level: "RequestResponse", resources: [of(["pods"])] }]),
      at: ["exec", "attach", "portforward", "pods/proxy", "services/proxy", "nodes/proxy", "ephemeralcontainers"].map(() => "rules"),
    },
    {
      name: "metadata of everything",
      object: auditPolicy([everything]),
      at: ["exec", "attach", "ephemeralcontainers"].map(() => "rules[0].level"),
    },
    {
      name: "no sessions in the namespace of the cluster's own parts, and none into nodes",
      parameters: { exec: "Metadata", attach: "None", ephemeralContainers: "None" },
      object: auditPolicy([{ level: "None", namespaces: ["kube-system"], resources: [of(["pods/exec"])] }, { level: "None", namespaces: [""], verbs: ["get", "create"], resources: [of(["nodes/proxy"])] }, everything]),
      at: ["rules[0].level", "rules[1].level"],
    },
  ],
});
