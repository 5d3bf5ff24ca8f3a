import { choice, defineControl, kinds } from "portcullis";
import { auditPolicy, everything, of } from "./fixtures.ts";
import { amountOf, concerns, isMet, isMissed, levels, persons } from "./first-rule.ts";
import { admission, certificateRequests, namespaces, pods, rolesAndBindings, tokens, workloads } from "./resources.ts";

const writes = ["create", "update", "patch", "delete"] as const;

/** What the cases about one resource ask for. */
const tokensAlone = { rbac: "None", namespaces: "None", pods: "None", workloads: "None", admission: "None", certificateRequests: "None" } as const;

export default defineControl({
  title: "Changes of rights, workloads and admission must be logged",
  description:
    "Who gave whom which right, what a pod was made with and which admission control was switched off is known only from the bodies of the requests; certificates and tokens are stored nowhere else at all. Without them nobody can tell what an intruder left behind. The detections over the audit log need the same levels.",
  severity: "medium",
  frameworks: {
    cis: { "1.12": ["3.2.2"] },
    nsa: { "1.2": ["log/api-audit"] },
    owasp: { "2022": ["K05"], "2025": ["K10"] },
    seed: ["H06"],
  },
  match: kinds("audit.k8s.io/v1/Policy"),
  parameters: {
    rbac: choice(levels, { default: "Request", description: "Level for roles and bindings." }),
    namespaces: choice(levels, { default: "Request", description: "Level for namespaces." }),
    pods: choice(levels, { default: "Request", description: "Level for pods." }),
    workloads: choice(levels, { default: "Metadata", description: "Level for the controllers of pods." }),
    admission: choice(levels, { default: "Request", description: "Level for webhooks and policies of admission." }),
    certificateRequests: choice(levels, { default: "Request", description: "Level for certificatesigningrequests and their approval." }),
    tokens: choice(levels, { default: "Metadata", description: "Level for serviceaccounts/token." }),
  },

  check({ object, kubernetesMinor, parameters, deny }) {
    const asked = [
      ...rolesAndBindings.map((what) => ({ what, level: parameters.rbac })),
      { what: namespaces, level: parameters.namespaces },
      { what: pods, level: parameters.pods },
      ...workloads.map((what) => ({ what, level: parameters.workloads })),
      ...admission.map((what) => ({ what, level: parameters.admission })),
      ...certificateRequests.map((what) => ({ what, level: parameters.certificateRequests })),
      { what: tokens, level: parameters.tokens },
    ];
    const rules = object.rules ?? [];
    for (const [index, rule] of rules.entries()) {
      for (const each of asked) {
        if (amountOf(rule.level) >= amountOf(each.level) || !concerns(rule, each.what, kubernetesMinor)) continue;
        const earlier = rules.filter((other, at) => at < index && concerns(other, each.what, kubernetesMinor));
        if (isMet(rule, earlier, persons, writes)) deny(rule, "level", `changes of ${each.what.full} are logged at level ${rule.level ?? "None"}; put a rule of level ${each.level} before this one`);
      }
    }
    for (const each of asked) {
      if (amountOf(each.level) > 0 && isMissed(rules.filter((rule) => concerns(rule, each.what, kubernetesMinor)), persons, writes)) deny(object, "rules", `changes of ${each.what.full} meet no rule and leave no trace; add one of level ${each.level}`);
    }
  },

  remediation: "Put a rule of level Request for writes of roles, bindings, namespaces, pods, admission configuration and certificate requests before the rule for everything.",
  pass: [
    {
      name: "bodies of what gives rights, and metadata of the rest",
      object: auditPolicy([
        { level: "None", users: ["system:kube-controller-manager"], verbs: ["update"], resources: [of(["endpoints"])] },
        { level: "None", verbs: ["get", "list", "watch"] },
        {
          level: "Request",
          resources: [
            of(["roles", "clusterroles", "rolebindings", "clusterrolebindings"], "rbac.authorization.k8s.io"),
            of(["namespaces", "pods"]),
            { group: "admissionregistration.k8s.io" },
            of(["certificatesigningrequests", "certificatesigningrequests/approval"], "certificates.k8s.io"),
          ],
        },
        everything,
      ]),
    },
    { name: "all that there is, but for the healthy", object: auditPolicy([{ level: "None", nonResourceURLs: ["/healthz*", "/livez*"] }, { level: "RequestResponse" }]) },
    {
      name: "metadata, where no more is asked",
      parameters: { rbac: "Metadata", namespaces: "Metadata", pods: "Metadata", admission: "Metadata", certificateRequests: "Metadata" },
      object: auditPolicy([everything]),
    },
    { name: "tokens alone, where no more is asked", parameters: tokensAlone, object: auditPolicy([{ level: "Metadata", verbs: ["create", "update", "patch", "delete"], resources: [of(["*"])] }]) },
  ],
  fail: [
    ...[["shop", "kube-system"], ["shop", ""], ["kube-system", ""]].map((places) => ({
      name: `no tokens outside ${places.join(" and ")}`,
      parameters: tokensAlone,
      object: auditPolicy([{ level: "Metadata", namespaces: places, resources: [of(["*"])] }]),
      at: ["rules"],
    })),
    {
      name: "what a model writes: everything by metadata",
      object: auditPolicy([everything]),
      at: Array.from({ length: 14 }, () => "rules[0].level"),
    },
    {
      name: "the approval of certificates, which is a subresource, and the policies of admission beside the webhooks",
      object: auditPolicy([
        {
          level: "RequestResponse",
          resources: [
            of(["roles", "clusterroles", "rolebindings", "clusterrolebindings"], "rbac.authorization.k8s.io"),
            of(["namespaces", "pods"]),
            of(["validatingwebhookconfigurations", "mutatingwebhookconfigurations"], "admissionregistration.k8s.io"),
            of(["certificatesigningrequests"], "certificates.k8s.io"),
          ],
        },
        everything,
      ]),
      at: Array.from({ length: 5 }, () => "rules[1].level"),
    },
    {
      name: "removals not logged, and nothing of jobs",
      parameters: { rbac: "None", namespaces: "None", admission: "None", certificateRequests: "None", tokens: "None" },
      object: auditPolicy([{ level: "None", verbs: ["delete"], resources: [of(["pods"])] }, { level: "Request", resources: [of(["pods", "replicationcontrollers"]), { group: "apps" }] }]),
      at: ["rules[0].level", "rules", "rules"],
    },
    {
      name: "tokens without a trace, and workloads of one namespace",
      parameters: { rbac: "None", namespaces: "None", pods: "None", admission: "None", certificateRequests: "None" },
      object: auditPolicy([{ level: "None", resources: [of(["serviceaccounts/*"])] }, { level: "None", namespaces: ["shop"], resources: [of(["deployments"], "apps")] }, everything]),
      at: ["rules[0].level", "rules[1].level"],
    },
  ],
});
