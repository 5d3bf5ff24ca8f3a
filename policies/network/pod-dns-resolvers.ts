import { addressInsideAny, containerWith, defineControl, podBearing, strings, workload } from "portcullis";

const containers = [containerWith({})];

export default defineControl({
  title: "Pods must resolve names through the cluster's DNS",
  description:
    "A resolver outside the cluster takes data out in the names that it is asked for, past every rule for egress that leaves DNS open, and answers with whatever address its owner likes. The node's own resolver, which pods on its network get without a word, sees none of the cluster's Services and none of its logging.",
  severity: "low",
  frameworks: {
    owasp: { "2022": ["K07"], "2025": ["K05"] },
    seed: ["H32"],
  },
  match: podBearing(),
  parameters: {
    nameservers: strings({ default: [], description: "Addresses and blocks of resolvers that pods may name." }),
    allowedNamespaces: strings({ default: ["kube-system"], description: "Namespaces whose pods choose freely, such as that of the cluster's DNS itself." }),
  },
  findings: {
    a: "A resolver is not an allowed one",
    b: "The pod takes the node's resolvers",
    c: "The pod is on the node's network and does not ask for the cluster's DNS",
  },

  check({ object, pod, parameters, deny }) {
    if (parameters.allowedNamespaces.includes(object.metadata?.namespace ?? "default")) return;

    for (const [index, nameserver] of (pod.spec?.dnsConfig?.nameservers ?? []).entries()) {
      if (!addressInsideAny(nameserver, parameters.nameservers)) {
        deny(pod, ["spec", "dnsConfig", "nameservers", index], `the pod asks the resolver ${nameserver}`, "a");
      }
    }
    const policy = pod.spec?.dnsPolicy ?? "ClusterFirst";
    if (policy === "Default") deny(pod, "spec.dnsPolicy", "the pod takes the node's resolvers", "b");
    // ClusterFirst means Default on the node's network.
    if (pod.spec?.hostNetwork === true && policy !== "ClusterFirstWithHostNet") {
      deny(pod, "spec.dnsPolicy", `the pod is on the node's network with dnsPolicy ${policy}; set ClusterFirstWithHostNet`, "c");
    }
  },

  remediation: "Leave dnsPolicy out, or set ClusterFirstWithHostNet for a pod on the node's network, and name no resolvers but those under nameservers.",
  pass: [
    { name: "nothing said", object: workload("Deployment", { containers }) },
    { name: "on the node's network, with the cluster's DNS", object: workload("DaemonSet", { hostNetwork: true, dnsPolicy: "ClusterFirstWithHostNet", containers }) },
    {
      name: "resolvers that are allowed, alone and in a block",
      parameters: { nameservers: ["169.254.20.10", "10.96.0.0/24", "fd00:10::/64"] },
      object: workload("Pod", { dnsPolicy: "None", dnsConfig: { nameservers: ["169.254.20.10", "10.96.0.10", "fd00:10::a"], searches: ["shop.svc.cluster.local"] }, containers }),
    },
    { name: "search domains and options alone", object: workload("CronJob", { dnsPolicy: "ClusterFirst", dnsConfig: { searches: ["example.com"], options: [{ name: "ndots", value: "2" }] }, containers }) },
    { name: "the cluster's DNS itself", object: workload("Pod", { dnsPolicy: "Default", hostNetwork: true, dnsConfig: { nameservers: ["8.8.8.8"] }, containers }, { namespace: "kube-system" }) },
  ],
  fail: [
    {
      name: "a public resolver beside an allowed one",
      parameters: { nameservers: ["10.96.0.10"] },
      object: workload("StatefulSet", { dnsConfig: { nameservers: ["10.96.0.10", "1.1.1.1"] }, containers }),
      at: [{ finding: "a", path: "spec.template.spec.dnsConfig.nameservers[1]" }],
    },
    {
      name: "the node's resolvers",
      object: workload("Job", { dnsPolicy: "Default", containers }),
      at: [{ finding: "b", path: "spec.template.spec.dnsPolicy" }],
    },
    {
      name: "on the node's network without a word about DNS, which means Default there",
      object: workload("Pod", { hostNetwork: true, containers }),
      at: [{ finding: "c", path: "spec.dnsPolicy" }],
    },
    {
      name: "all three",
      object: workload("CronJob", { hostNetwork: true, dnsPolicy: "Default", dnsConfig: { nameservers: ["resolver.example.com"] }, containers }),
      at: [
        { finding: "a", path: "spec.jobTemplate.spec.template.spec.dnsConfig.nameservers[0]" },
        { finding: "b", path: "spec.jobTemplate.spec.template.spec.dnsPolicy" },
        { finding: "c", path: "spec.jobTemplate.spec.template.spec.dnsPolicy" },
      ],
    },
    {
      name: "resolvers of one's own on the node's network",
      parameters: { nameservers: ["10.96.0.10"] },
      object: workload("ReplicaSet", { hostNetwork: true, dnsPolicy: "None", dnsConfig: { nameservers: ["10.96.0.10"] }, containers }),
      at: [{ finding: "c", path: "spec.template.spec.dnsPolicy" }],
    },
  ],
});
