import { choices, defineControl, kinds, strings, textAfter } from "portcullis";
import { auditPolicy, everything, of } from "./fixtures.ts";
import { amountOf, concerns, isMet, isMissed, machines, persons } from "./first-rule.ts";
import type { Resource } from "./resources.ts";

export default defineControl({
  title: "Requests for secrets must be logged without what they hold",
  description:
    "The audit log is read by more people and kept in more places than the Secrets of a cluster. A rule that logs bodies copies each password and token into it; a rule that logs nothing hides the thief who reads them. The first rule that a request meets decides, so each is judged for a person, a node and a controller; rules for other users, and for single objects by name, are not.",
  severity: "high",
  frameworks: {
    cis: { "1.12": ["3.2.2"] },
    nsa: { "1.2": ["log/api-audit"] },
    owasp: { "2022": ["K05"], "2025": ["K03", "K10"] },
    seed: ["H24", "L05"],
  },
  match: kinds("audit.k8s.io/v1/Policy"),
  parameters: {
    resources: strings({
      default: ["secrets", "configmaps", "serviceaccounts/token", "tokenreviews.authentication.k8s.io"],
      description: "Resources whose bodies are confidential: RESOURCE, RESOURCE/SUBRESOURCE, or either with .GROUP behind it.",
    }),
    verbs: choices(["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"], {
      default: ["get", "list", "watch", "create", "update", "patch", "delete"],
      description: "Verbs of the requests.",
    }),
  },
  findings: {
    a: "Bodies of requests for confidential objects are logged",
    b: "Requests for confidential objects leave no trace",
  },

  check({ object, kubernetesMinor, parameters, deny }) {
    const rules = object.rules ?? [];
    const requesters = [...persons, ...machines];
    const resources = parameters.resources.map(resourceOf);
    for (const [index, rule] of rules.entries()) {
      const amount = amountOf(rule.level);
      for (const resource of resources) {
        if (amount === 1 || !concerns(rule, resource, kubernetesMinor)) continue;
        const earlier = rules.filter((other, at) => at < index && concerns(other, resource, kubernetesMinor));
        if (!isMet(rule, earlier, requesters, parameters.verbs)) continue;
        if (amount > 1) deny(rule, "level", `bodies of requests for ${resource.full} are logged; put a rule of level Metadata before this one`, "a");
        else deny(rule, "level", `requests for ${resource.full} leave no trace; put a rule of level Metadata before this one`, "b");
      }
    }
    for (const resource of resources) {
      if (isMissed(rules.filter((rule) => concerns(rule, resource, kubernetesMinor)), requesters, parameters.verbs)) deny(object, "rules", `requests for ${resource.full} meet no rule and leave no trace; end with a rule of level Metadata`, "b");
    }
  },

  remediation: "Begin the rules with one of level Metadata for secrets, configmaps, serviceaccounts/token and tokenreviews.",
  pass: [
    { name: "nothing of every group, before 1.37", kubernetesMinor: 36, object: auditPolicy([{ level: "None", resources: [{ group: "*" }] }, everything]) },
    { name: "metadata first, bodies of the rest after it", object: auditPolicy([{ level: "Metadata", resources: [of(["secrets", "configmaps", "serviceaccounts/token"]), of(["tokenreviews"], "authentication.k8s.io")] }, { level: "RequestResponse" }]) },
    { name: "metadata of all there is", object: auditPolicy([everything]) },
    {
      name: "bodies of other resources, of subresources, of another group and of paths, and nothing of a component's own",
      object: auditPolicy([
        { level: "None", users: ["system:kube-proxy"], verbs: ["watch"] },
        { level: "None", userGroups: ["system:serviceaccounts:kube-system"], verbs: ["get"] },
        { level: "None", nonResourceURLs: ["/healthz*", "/version"] },
        { level: "RequestResponse", resources: [of(["pods", "*/status", "secrets/*/more", "serviceaccounts", "tokens"]), of(["secrets", "*"], "apps"), { group: "batch" }] },
        { level: "RequestResponse", verbs: ["*"] },
        everything,
      ]),
    },
    { name: "bodies of one object, which whoever creates another escapes", object: auditPolicy([{ level: "Request", resources: [{ group: "", resources: ["configmaps"], resourceNames: ["feature-flags"] }] }, everything]) },
    { name: "bodies of every group, which a star does not stand for before 1.37", kubernetesMinor: 36, object: auditPolicy([{ level: "Request", resources: [{ group: "*" }] }, everything]) },
    { name: "another resource and another verb than those that are asked for", parameters: { resources: ["widgets.example.com"], verbs: ["get"] }, object: auditPolicy([{ level: "Request", verbs: ["list"] }, { level: "Metadata", resources: [of(["widgets"], "example.com")] }]) },
  ],
  fail: [
    { name: "bodies of the whole core group", object: auditPolicy([{ level: "Request", resources: [of(["*"])] }, everything]), at: ["secrets", "configmaps", "serviceaccounts/token"].map(() => ({ finding: "a", path: "rules[0].level" })) },
    { name: "no tokens, by a star behind and before", object: auditPolicy([{ level: "None", verbs: ["create"], resources: [of(["serviceaccounts/*"])] }, { level: "None", verbs: ["get"], resources: [of(["*/token"])] }, everything]), at: [0, 1].map((index) => ({ finding: "b", path: `rules[${index}].level` })) },
    { name: "one person alone", object: auditPolicy([{ level: "Metadata", users: ["jane"] }]), at: [0, 1, 2, 3].map(() => ({ finding: "b", path: "rules" })) },
    {
      name: "the rule for secrets behind one that takes everything",
      object: auditPolicy([{ level: "RequestResponse" }, { level: "Metadata", resources: [of(["secrets", "configmaps", "serviceaccounts/token"]), of(["tokenreviews"], "authentication.k8s.io")] }]),
      at: ["secrets", "configmaps", "serviceaccounts/token", "tokenreviews"].map(() => ({ finding: "a", path: "rules[0].level" })),
    },
    {
      name: "what a model writes: secrets and configmaps at Metadata, and token requests forgotten before the bodies of the core group",
      object: auditPolicy([
        { level: "Metadata", resources: [of(["secrets", "configmaps"])] },
        { level: "Request", resources: [of(["pods", "services", "serviceaccounts/token"]), of([], "authentication.k8s.io")] },
        everything,
      ]),
      at: [{ finding: "a", path: "rules[1].level" }, { finding: "a", path: "rules[1].level" }],
    },
    {
      name: "subresources by a star behind them and before them",
      object: auditPolicy([{ level: "Request", resources: [of(["*/token"])] }, { level: "RequestResponse", resources: [of(["secrets/*"])] }, everything]),
      at: [{ finding: "a", path: "rules[0].level" }, { finding: "a", path: "rules[1].level" }],
    },
    {
      name: "nothing for nodes, nothing in the namespace of the cluster's own parts, nothing for the controllers",
      object: auditPolicy([
        { level: "None", userGroups: ["system:nodes"], resources: [of(["secrets"])] },
        { level: "None", namespaces: ["kube-system"], resources: [of(["configmaps"])] },
        { level: "None", users: ["system:kube-controller-manager"], resources: [of(["*"], "authentication.k8s.io")] },
        everything,
      ]),
      at: [{ finding: "b", path: "rules[0].level" }, { finding: "b", path: "rules[1].level" }, { finding: "b", path: "rules[2].level" }],
    },
    {
      name: "reading not logged at all, since only writing has a rule",
      parameters: { resources: ["secrets"], verbs: ["get", "update"] },
      object: auditPolicy([{ level: "Metadata", verbs: ["create", "update", "patch", "delete"] }]),
      at: [{ finding: "b", path: "rules" }],
    },
    {
      name: "every group by a star, from 1.37 on",
      parameters: { resources: ["tokenreviews.authentication.k8s.io"] },
      object: auditPolicy([{ level: "Request", resources: [{ group: "*", resources: ["tokenreviews"] }] }, everything]),
      at: [{ finding: "a", path: "rules[0].level" }],
    },
  ],
});

/** A resource as it is written: `serviceaccounts/token`, `tokenreviews.authentication.k8s.io`. */
function resourceOf(text: string): Resource {
  const full = text.split(".")[0] ?? "";
  const group = textAfter(text, ".") ?? "";
  const below = textAfter(full, "/");
  return { group, full, all: `${full.split("/")[0] ?? ""}/*`, everywhere: below === undefined ? full : `*/${below}` };
}
