import { type auditv1, boolean, choice, defineControl, kinds, textAfter } from "portcullis";
import { auditPolicy, everything, of } from "./fixtures.ts";
import { amountOf, concerns, isMet, isMissed, levels, persons } from "./first-rule.ts";

const verbs = ["get", "list", "create", "update", "patch", "delete"] as const;
const writes = ["create", "update", "patch", "delete", "deletecollection"] as const;

/** A resource that no rule has heard of, as the next operator brings one. */
const unheardOf = { group: "shop.example.com", full: "orders", all: "orders/*", everywhere: "orders" } as const;

export default defineControl({
  title: "Whatever no rule names must be logged too",
  description:
    "What meets no rule is not logged, and an intruder will use what nobody thought of: the resources of a new operator, another verb. A last rule for everything closes the gap. Rules that can never be met, and rules that log nothing for anybody, look like protection and are none.",
  severity: "medium",
  frameworks: {
    cis: { "1.12": ["3.2.2"] },
    nsa: { "1.2": ["log/api-audit"] },
    owasp: { "2022": ["K05"], "2025": ["K10"] },
    seed: ["H06", "H26", "L05"],
  },
  match: kinds("audit.k8s.io/v1/Policy"),
  parameters: {
    minLevel: choice(levels, { default: "Metadata", description: "Level for what no special rule names." }),
    omitRequestReceived: boolean({ default: true, description: "Whether the stage RequestReceived must be left out, which doubles the log and says nothing that the later stages do not." }),
  },
  findings: {
    a: "What no special rule names is logged too little",
    b: "A rule can never be met",
    c: "A rule hides changes, whoever makes them",
    d: "Each request is logged twice",
  },

  check({ object, kubernetesMinor, parameters, deny }) {
    const rules = object.rules ?? [];
    for (const [index, rule] of rules.entries()) {
      const earlier = rules.filter((_other, at) => at < index);
      if (earlier.some((other) => covers(other, rule, kubernetesMinor))) deny(object, ["rules", index], "an earlier rule takes all that this one is for; move it up or remove it", "b");
      if (amountOf(rule.level) < amountOf(parameters.minLevel) && concerns(rule, unheardOf, kubernetesMinor)) {
        const others = earlier.filter((other) => concerns(other, unheardOf, kubernetesMinor));
        if (isMet(rule, others, persons, verbs)) deny(rule, "level", `what no special rule names is logged at level ${rule.level ?? "None"}; it must be ${parameters.minLevel}`, "a");
      }
      const isForAll = (rule.users ?? []).length === 0 && (rule.userGroups ?? []).length === 0 && (rule.nonResourceURLs ?? []).length === 0;
      if (rule.level === "None" && isForAll && within(writes, rule.verbs)) deny(rule, "level", "changes leave no trace, whoever makes them; name the users, or the verbs get, list and watch", "c");
    }
    if (amountOf(parameters.minLevel) > 0 && isMissed(rules.filter((rule) => concerns(rule, unheardOf, kubernetesMinor)), persons, verbs)) {
      deny(object, "rules", `what no special rule names meets no rule and leaves no trace; end with a rule of level ${parameters.minLevel}`, "a");
    }
    if ((object.omitStages ?? []).includes("ResponseComplete")) deny(object, "omitStages", "the stage ResponseComplete is left out, so that hardly anything is logged; remove it", "a");
    for (const rule of rules) {
      if (rule.level !== "None" && (rule.omitStages ?? []).includes("ResponseComplete")) deny(rule, "omitStages", "the stage ResponseComplete is left out, so that hardly anything is logged; remove it", "a");
    }
    const isLoud = (rule: auditv1.PolicyRule): boolean => rule.level !== "None" && !(rule.omitStages ?? []).includes("RequestReceived");
    if (parameters.omitRequestReceived && !(object.omitStages ?? []).includes("RequestReceived") && rules.some(isLoud)) deny(object, "omitStages", "the stage RequestReceived is logged beside the later ones; add it to omitStages", "d");
  },

  remediation: "End the rules with one of level Metadata and nothing else, and set omitStages to RequestReceived.",
  pass: [
    { name: "special rules, and one for the rest", object: auditPolicy([{ level: "None", users: ["system:kube-proxy"], verbs: ["watch"], resources: [of(["endpoints", "services"])] }, { level: "None", nonResourceURLs: ["/healthz*", "/version"] }, { level: "RequestResponse", resources: [of(["pods/exec"])] }, everything]) },
    { name: "the stage left out rule by rule", object: auditPolicy([{ level: "None", verbs: ["watch"] }, { level: "Metadata", omitStages: ["RequestReceived"] }], {}) },
    { name: "reads at no level, where none is asked", parameters: { minLevel: "None", omitRequestReceived: false }, object: auditPolicy([{ level: "None", verbs: ["get", "list"] }, { level: "Request", resources: [of(["secrets"])] }], {}) },
    { name: "less of one object, which whoever creates another escapes", parameters: { minLevel: "Request" }, object: auditPolicy([{ level: "Metadata", resources: [{ group: "shop.example.com", resources: ["orders"], resourceNames: ["first"] }] }, { level: "Request" }]) },
    {
      name: "rules that overlap, each with something of its own left",
      object: auditPolicy([
        { level: "Metadata", users: ["ann"], verbs: ["get"] },
        { level: "Request", users: ["ann", "bob"], verbs: ["get"] },
        { level: "Metadata", userGroups: ["admins"], namespaces: ["shop"] },
        { level: "Request", userGroups: ["admins"], nonResourceURLs: ["/logs"] },
        { level: "Request", userGroups: ["admins"], namespaces: ["shop", "web"] },
        { level: "Metadata", resources: [of(["pods/*", "*/scale"]), { group: "apps", resources: ["deployments"], resourceNames: ["cart"] }] },
        { level: "Request", resources: [of(["pods/exec", "services/status", "services"])] },
        { level: "Request", resources: [of(["deployments"], "apps")] },
        { level: "Request", resources: [of(["*"], "batch"), { group: "policy" }] },
        { level: "Request", resources: [of(["jobs"], "batch"), of(["jobs"], "extensions")] },
        { level: "Metadata", nonResourceURLs: ["/api/*", "/metrics"] },
        { level: "Request", nonResourceURLs: ["/api/v1", "/openapi"] },
        everything,
      ]),
    },
  ],
  fail: [
    {
      name: "what a model writes: secrets, roles and pods, and nothing for the rest",
      object: auditPolicy([{ level: "Metadata", resources: [of(["secrets", "configmaps"])] }, { level: "RequestResponse", resources: [of(["pods"]), { group: "rbac.authorization.k8s.io" }] }], {}),
      at: [{ finding: "a", path: "rules" }, { finding: "d", path: "omitStages" }],
    },
    {
      name: "nothing of the rest",
      object: auditPolicy([{ level: "Request", verbs: ["create"], resources: [of(["secrets"])] }, { level: "None" }]),
      at: [{ finding: "a", path: "rules[1].level" }, { finding: "c", path: "rules[1].level" }],
    },
    {
      name: "levels enough, and the stage left out in which requests are logged",
      object: auditPolicy([{ level: "None", verbs: ["watch"], omitStages: ["ResponseComplete"] }, { level: "Metadata", omitStages: ["RequestReceived", "ResponseComplete"] }], { omitStages: ["RequestReceived", "ResponseComplete"] }),
      at: [{ finding: "a", path: "omitStages" }, { finding: "a", path: "rules[1].omitStages" }],
    },
    {
      name: "a star among the verbs, which is no verb that a request has",
      object: auditPolicy([{ level: "Metadata", verbs: ["*"] }]),
      at: [{ finding: "a", path: "rules" }],
    },
    {
      name: "changes of events hidden, and removals in one namespace",
      object: auditPolicy([{ level: "None", resources: [of(["events"])] }, { level: "None", verbs: ["get", "deletecollection"], namespaces: ["shop"] }, everything]),
      at: [{ finding: "a", path: "rules[1].level" }, { finding: "c", path: "rules[0].level" }, { finding: "c", path: "rules[1].level" }],
    },
    ...[["shop", "kube-system"], ["shop", ""], ["kube-system", ""]].map((namespaces) => ({ name: `nothing outside ${namespaces.join(" and ")}`, object: auditPolicy([{ level: "Metadata", namespaces }]), at: [{ finding: "a", path: "rules" }] })),
    ...writes.map((verb) => ({ name: `no ${verb} of events`, object: auditPolicy([{ level: "None", verbs: ["get", verb], resources: [of(["events"])] }, everything]), at: [{ finding: "c", path: "rules[0].level" }] })),
    {
      name: "rules behind those that take all of theirs",
      object: auditPolicy([
        { level: "Metadata", verbs: ["get", "list"], resources: [of(["pods/*", "*/scale"]), of(["*"], "apps")] },
        { level: "Request", verbs: ["get"], resources: [of(["pods", "pods/log", "replicationcontrollers/scale"])] },
        { level: "Request", verbs: ["list"], users: ["ann"], resources: [{ group: "apps", resources: ["deployments"], resourceNames: ["cart"] }] },
        { level: "Metadata", users: ["ann", "bob"], namespaces: ["shop", "web"] },
        { level: "Request", users: ["ann"], namespaces: ["shop"], resources: [of(["secrets"])] },
        { level: "None", nonResourceURLs: ["/healthz*", "/version"] },
        { level: "Metadata", nonResourceURLs: ["/healthz/etcd", "/version"] },
        { level: "Metadata", userGroups: ["system:nodes", "admins"] },
        { level: "Request", userGroups: ["admins"] },
        { level: "Metadata", resources: [{ group: "policy" }] },
        { level: "Request", resources: [of(["poddisruptionbudgets"], "policy")] },
        everything,
        { level: "Request", resources: [of(["secrets"])] },
      ]),
      at: [1, 2, 4, 6, 8, 10, 12].map((index) => ({ finding: "b", path: `rules[${index}]` })),
    },
    {
      name: "every group by a star, from 1.37 on",
      object: auditPolicy([{ level: "Metadata", resources: [{ group: "*" }] }, { level: "Request", resources: [of(["secrets"])] }]),
      at: [{ finding: "b", path: "rules[1]" }],
    },
  ],
});

/** Whether a rule takes every request that a later one is for. */
function covers(rule: auditv1.PolicyRule, later: auditv1.PolicyRule, minor: number): boolean {
  return holdsAll(rule.users, later.users) && holdsAll(rule.userGroups, later.userGroups) && holdsAll(rule.verbs, later.verbs) && holdsAll(rule.namespaces, later.namespaces) && coversParts(rule, later, minor);
}

function coversParts(rule: auditv1.PolicyRule, later: auditv1.PolicyRule, minor: number): boolean {
  const paths = rule.nonResourceURLs ?? [];
  const entries = rule.resources ?? [];
  const laterPaths = later.nonResourceURLs ?? [];
  const laterEntries = later.resources ?? [];
  if (paths.length > 0) return laterPaths.length > 0 && laterPaths.every((path) => paths.some((known) => coversPath(known, path)));
  if (entries.length > 0) return laterEntries.length > 0 && laterEntries.every((entry) => entries.some((known) => coversEntry(known, entry, minor)));
  return true;
}

/** A star stands at the end of a path only. */
function coversPath(known: string, path: string): boolean {
  return known === path || (known.endsWith("*") && path.startsWith(known.split("*")[0] ?? ""));
}

function coversEntry(known: auditv1.GroupResources, entry: auditv1.GroupResources, minor: number): boolean {
  const words = known.resources ?? [];
  if ((known.group ?? "") !== (entry.group ?? "") && !(known.group === "*" && minor >= 37)) return false;
  if (words.length === 0) return true;
  return holdsAll(known.resourceNames, entry.resourceNames) && (entry.resources ?? []).length > 0 && (entry.resources ?? []).every((named) => words.some((word) => coversWord(word, named)));
}

/** Whether one way to name resources takes all that another one names: `*`, `pods/*` and a star before a subresource take several. */
function coversWord(word: string, named: string): boolean {
  if (word === "*" || word === named) return true;
  const owner = word.split("/")[0] ?? "";
  const below = textAfter(word, "/");
  return (below === "*" && owner === named.split("/")[0]) || (owner === "*" && below !== undefined && below === textAfter(named, "/"));
}

/** Whether a list of a rule, which restricts nothing when it is empty, holds all that a later rule's list leaves. */
function holdsAll(entries: readonly string[] | undefined, later: readonly string[] | undefined): boolean {
  return (entries ?? []).length === 0 || ((later ?? []).length > 0 && (later ?? []).every((entry) => (entries ?? []).includes(entry)));
}

/** Whether a list of a rule leaves one of the words. */
function within(words: readonly string[], entries: readonly string[] | undefined): boolean {
  return (entries ?? []).length === 0 || words.some((word) => (entries ?? []).includes(word));
}
