import type { appsv1, corev1 } from "portcullis";
import { decimal, defineControl, imageTag, integer, kinds, namespaceOf, string } from "portcullis";

export default defineControl({
  title: "Components must be within the versions that work together, and be mended",
  description:
    "A minor version of Kubernetes is mended for about fourteen months: after that its known flaws stay open, and attackers have their descriptions. A kubelet that is far behind its API server, or ahead of it, runs in a combination that nobody tests, in which fields that a policy relies on may be dropped in silence.",
  severity: "medium",
  frameworks: {
    nsa: { "1.2": ["up/patch"] },
    owasp: { "2022": ["K10"], "2025": ["K07"] },
    seed: ["H08"],
  },
  match: kinds("v1/Node", "v1/Pod", "apps/v1/DaemonSet"),
  parameters: {
    maxNode: integer({ default: 3, minimum: 0, description: "How many minor versions a kubelet or kube-proxy may be behind; 2 below an API server of 1.28." }),
    latest: string({ default: "1.37", pattern: "^1[.][0-9]{1,3}$", description: "The newest minor version of Kubernetes." }),
    maxBehind: integer({ default: 1, minimum: 0, description: "How many minor versions an API server may be behind the newest." }),
  },
  findings: {
    a: "A kubelet or kube-proxy is newer than an API server, or too far behind it",
    b: "A controller manager or scheduler is newer than an API server, or more than one minor version behind it",
    c: "API servers are more than one minor version apart",
    d: "An API server is too far behind the newest version",
  },

  check({ object, kubernetesMinor, parameters, lookup, deny }) {
    const pods = lookup("v1/Pod", "kube-system");
    // Where no static Pod of an API server is known, as with most providers, the version that the verdict is for is theirs.
    const assumed = pods.some((other) => serversOf(other).some((server) => minorOf(versionOf(server)) !== undefined)) ? "" : `v1.${kubernetesMinor}.0`;

    if (object.kind === "Node") {
      const kubelet = object.status?.nodeInfo?.kubeletVersion ?? "";
      if (isNewer(kubelet, assumed) || pods.some((other) => serversOf(other).some((server) => isNewer(kubelet, versionOf(server))))) {
        deny(object, "status.nodeInfo.kubeletVersion", `the kubelet is of ${kubelet}, newer than an API server; upgrade API servers first`, "a");
      }
      if (lagsAsNode(kubelet, assumed, parameters.maxNode) || pods.some((other) => serversOf(other).some((server) => lagsAsNode(kubelet, versionOf(server), parameters.maxNode)))) {
        deny(object, "status.nodeInfo.kubeletVersion", `the kubelet is of ${kubelet}, too far behind an API server; upgrade the node`, "a");
      }
    }

    if (object.kind === "DaemonSet") {
      for (const container of object.spec?.template.spec?.containers ?? []) {
        const version = versionOf(container);
        const isApart = isNewer(version, assumed) || lagsAsNode(version, assumed, parameters.maxNode) || pods.some((other) => serversOf(other).some((server) => isNewer(version, versionOf(server)) || lagsAsNode(version, versionOf(server), parameters.maxNode)));
        if (container.name === "kube-proxy" && isApart) deny(container, "image", `kube-proxy is of ${version}, newer than an API server or too far behind one; use the version of the kubelets`, "a");
      }
    }

    if (object.kind === "Pod" && namespaceOf(object) === "kube-system") {
      for (const container of object.spec?.containers ?? []) {
        const version = versionOf(container);
        if (container.name === "kube-controller-manager" || container.name === "kube-scheduler") {
          const isApart = isNewer(version, assumed) || lags(version, assumed, 1) || pods.some((other) => serversOf(other).some((server) => isNewer(version, versionOf(server)) || lags(version, versionOf(server), 1)));
          if (isApart) deny(container, "image", `${container.name} is of ${version}, newer than an API server or more than one minor version behind one; upgrade it right after the API servers`, "b");
        }
        if (container.name === "kube-apiserver" && pods.some((other) => serversOf(other).some((server) => lags(version, versionOf(server), 1) || lags(versionOf(server), version, 1)))) {
          deny(container, "image", `the API server is of ${version}, more than one minor version apart from another; upgrade one minor version at a time`, "c");
        }
        if (container.name === "kube-apiserver" && lags(version, `v${parameters.latest}.0`, parameters.maxBehind)) {
          deny(container, "image", `the API server is of ${version}, more than ${parameters.maxBehind} minor versions behind ${parameters.latest}; upgrade it`, "d");
        }
      }
    }
  },

  remediation: "Upgrade one minor version at a time: API servers first, then the controller manager and the scheduler, then kubelets and kube-proxy, node by node. Plan three upgrades a year.",
  pass: [
    { name: "a node of the same version", object: node("v1.37.2"), others: [component("kube-apiserver", "v1.37.2")] },
    { name: "a node three minor versions behind, with what a provider adds", object: node("v1.34.4-eks-1a2b"), others: [component("kube-apiserver", "v1.37.2"), component("kube-scheduler", "v1.20.0")] },
    { name: "a node as far from its own API server as is allowed, in an older cluster", object: node("v1.33.4"), others: [component("kube-apiserver", "v1.35.1")] },
    { name: "kube-proxy of an older cluster", object: proxies("v1.33.0"), others: [component("kube-apiserver", "v1.35.1")] },
    { name: "a controller manager of an older cluster", object: component("kube-controller-manager", "v1.34.0"), others: [component("kube-apiserver", "v1.35.1")] },
    { name: "no API server to be seen, and a version that is none", object: node("latest"), others: [component("kube-apiserver", "nightly")] },
    { name: "a node that has not said yet", object: { apiVersion: "v1", kind: "Node", metadata: { name: "worker-1" } } },
    { name: "as far behind as is allowed", parameters: { latest: "1.39", maxBehind: 2 }, object: component("kube-apiserver", "v1.37.2"), others: [component("kube-apiserver", "v1.36.9", "control-2")] },
    { name: "a scheduler one minor version behind", object: component("kube-scheduler", "v1.36.3"), others: [component("kube-apiserver", "v1.37.2")] },
    { name: "a digest without a tag, of which nothing can be said", object: { ...component("kube-apiserver", "v1.30.0"), spec: { containers: [{ name: "kube-apiserver", image: "registry.k8s.io/kube-apiserver@sha256:0f2d1c0b4d3c5a4f6b8e9a7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f1a0b9c8d7e" }] } } },
    { name: "a pod elsewhere whose container is called like one of the cluster's", object: { ...component("kube-apiserver", "v1.20.0"), metadata: { name: "kube-apiserver", namespace: "shop" } } },
    { name: "kube-proxy of the nodes' version", object: proxies("v1.35.1"), others: [component("kube-apiserver", "v1.37.2")] },
  ],
  fail: [
    { name: "a kubelet that was upgraded first", object: node("v1.37.0"), others: [component("kube-apiserver", "v1.36.4"), component("kube-apiserver", "v1.37.2", "control-2")], at: [{ finding: "a", path: "status.nodeInfo.kubeletVersion" }] },
    { name: "a kubelet that was forgotten", object: node("v1.33.9"), others: [component("kube-apiserver", "v1.37.2")], at: [{ finding: "a", path: "status.nodeInfo.kubeletVersion" }] },
    { name: "a kubelet two versions behind, where that is too far", parameters: { maxNode: 1 }, object: node("v1.35.9"), others: [component("kube-apiserver", "v1.37.2")], at: [{ finding: "a", path: "status.nodeInfo.kubeletVersion" }] },
    { name: "a kubelet three versions behind an old API server", object: node("v1.24.9"), others: [component("kube-apiserver", "v1.27.2")], at: [{ finding: "a", path: "status.nodeInfo.kubeletVersion" }] },
    { name: "no API server to be seen, and a kubelet behind the version that is asked about", object: node("v1.29.9"), at: [{ finding: "a", path: "status.nodeInfo.kubeletVersion" }] },
    { name: "kube-proxy that was not upgraded with the nodes", object: proxies("v1.32.0"), others: [component("kube-apiserver", "v1.37.2")], at: [{ finding: "a", path: "spec.template.spec.containers[1].image" }] },
    { name: "kube-proxy that was upgraded first", object: proxies("v1.37.0"), others: [component("kube-apiserver", "v1.36.2")], at: [{ finding: "a", path: "spec.template.spec.containers[1].image" }] },
    { name: "a controller manager that was upgraded first", object: component("kube-controller-manager", "v1.37.0"), others: [component("kube-apiserver", "v1.36.4")], at: [{ finding: "b", path: "spec.containers[0].image" }] },
    { name: "a scheduler two minor versions behind", object: component("kube-scheduler", "v1.35.0"), others: [component("kube-apiserver", "v1.37.4")], at: [{ finding: "b", path: "spec.containers[0].image" }] },
    { name: "API servers two minor versions apart, seen from the newer one", object: component("kube-apiserver", "v1.37.0"), others: [component("kube-apiserver", "v1.35.4", "control-2")], at: [{ finding: "c", path: "spec.containers[0].image" }] },
    {
      name: "API servers two minor versions apart, seen from the older one, which is too old as well",
      object: component("kube-apiserver", "v1.35.4"),
      others: [component("kube-apiserver", "v1.37.0", "control-2")],
      at: [
        { finding: "c", path: "spec.containers[0].image" },
        { finding: "d", path: "spec.containers[0].image" },
      ],
    },
  ],
});

function node(kubeletVersion: string): corev1.Node {
  const nodeInfo = { architecture: "amd64", bootID: "b", containerRuntimeVersion: "containerd://2.1.4", kernelVersion: "6.12.43", kubeProxyVersion: "", kubeletVersion, machineID: "m", operatingSystem: "linux", osImage: "Debian GNU/Linux 13", systemUUID: "s" };
  return { apiVersion: "v1", kind: "Node", metadata: { name: "worker-1" }, status: { nodeInfo } };
}

/** The static Pod of a component, as its node mirrors it. */
function component(name: string, version: string, on = "control-1"): corev1.Pod {
  return { apiVersion: "v1", kind: "Pod", metadata: { name: `${name}-${on}`, namespace: "kube-system" }, spec: { containers: [{ name, image: `registry.k8s.io/${name}:${version}` }] } };
}

function proxies(version: string): appsv1.DaemonSet {
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name: "kube-proxy", namespace: "kube-system" },
    spec: { selector: { matchLabels: { "k8s-app": "kube-proxy" } }, template: { metadata: { labels: { "k8s-app": "kube-proxy" } }, spec: { containers: [{ name: "metrics", image: "registry.example.com/metrics:v1.20.0" }, { name: "kube-proxy", image: `registry.k8s.io/kube-proxy:${version}` }] } } },
  };
}

/** The containers of a pod in kube-system that are API servers. */
const serversOf = (pod: corev1.Pod): readonly corev1.Container[] => (pod.spec?.containers ?? []).filter(({ name }) => name === "kube-apiserver");

/** The version of what a container runs, by the tag of its image; empty where there is none. */
const versionOf = (container: { readonly image?: string | undefined }): string => imageTag(container.image ?? "") ?? "";

/** The minor version in a version of Kubernetes, whatever a provider adds to it; absent where it is none. */
function minorOf(version: string): number | undefined {
  return /^v?1\.[0-9]{1,3}\.[0-9]/u.test(version) ? decimal(version.split(".")[1] ?? "0") : undefined;
}

/** Whether one version is of a later minor than another; false where either is no version. */
function isNewer(version: string, other: string): boolean {
  const minor = minorOf(version);
  const otherMinor = minorOf(other);
  return minor !== undefined && otherMinor !== undefined && minor > otherMinor;
}

/** Whether one version is more than so many minors before another; false where either is no version. */
function lags(version: string, other: string, most: number): boolean {
  const minor = minorOf(version);
  const otherMinor = minorOf(other);
  return minor !== undefined && otherMinor !== undefined && minor + most < otherMinor;
}

/** Kubelets of 1.25 and later may be three minor versions behind, with API servers from 1.28 on; before that it was two. */
const lagsAsNode = (version: string, server: string, most: number): boolean => lags(version, server, most) || (lags(version, server, 2) && lags(server, "v1.28.0", 0));
