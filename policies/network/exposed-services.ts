import { type corev1, defineControl, globs, integers, kinds, matchesAnyGlob, namespacedName, strings } from "portcullis";

/** A Service of the shop, with what a case is about. */
const service = (spec: corev1.ServiceSpec, annotations: { readonly [key: string]: string } = {}, metadata: corev1.Service["metadata"] = { namespace: "shop" }): corev1.Service => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "web", annotations, ...metadata },
  spec: { selector: { app: "web" }, ports: [{ name: "http", port: 80, targetPort: "http" }], ...spec },
});

export default defineControl({
  title: "Services must not open the cluster by themselves",
  description:
    "A node port listens on every node, and a load balancer without source ranges answers the whole internet, both past the gateway that checks who calls. An ExternalName sends what pods mean for a Service to a name that someone else may come to own.",
  severity: "medium",
  frameworks: {
    owasp: { "2022": ["K07"], "2025": ["K06"] },
    seed: ["N04"],
  },
  match: kinds("v1/Service"),
  parameters: {
    allowed: globs({ default: [], description: "Services that may be open, such as those of gateways: globs over namespace/name." }),
    internalAnnotations: strings({
      default: [
        "service.beta.kubernetes.io/azure-load-balancer-internal=true",
        "service.beta.kubernetes.io/aws-load-balancer-scheme=internal",
        "service.beta.kubernetes.io/aws-load-balancer-internal=true",
        "networking.gke.io/load-balancer-type=Internal",
        "cloud.google.com/load-balancer-type=Internal",
        "service.beta.kubernetes.io/openstack-internal-load-balancer=true",
        "service.beta.kubernetes.io/oci-load-balancer-internal=true",
      ],
      description: "Annotations by which a cloud keeps a load balancer inside its network, as key=value; with any other value the load balancer is open.",
    }),
    componentPorts: integers({ default: [2379, 2380, 6443, 10250, 10256, 10257, 10259], description: "Ports of the cluster's own components, which no Service may open." }),
  },
  findings: {
    a: "The Service listens on every node",
    b: "A load balancer answers the whole internet",
    c: "A manifest fixes the port of the nodes",
    d: "The Service is a name outside the cluster",
    e: "A port of a component of the cluster is open",
  },

  check({ object, parameters, deny }) {
    if (matchesAnyGlob(namespacedName(object.metadata), parameters.allowed)) return;

    const type = object.spec?.type ?? "ClusterIP";
    if (type === "NodePort") deny(object, "spec.type", "the Service listens on every node", "a");
    if (type === "LoadBalancer" && !hasSourceRanges(object) && !isInternal(object, parameters.internalAnnotations)) {
      deny(object, "spec.type", "the load balancer answers the whole internet", "b");
    }
    if (type === "ExternalName") deny(object, "spec.type", `the Service stands for the name ${object.spec?.externalName ?? ""}`, "d");

    if (type === "ClusterIP") return;
    // The API server chooses the ports of nodes when it chooses the address of the Service, before it asks any policy.
    const isManifest = (object.spec?.clusterIP ?? "") === "";
    for (const port of object.spec?.ports ?? []) {
      if (isManifest && (port.nodePort ?? 0) !== 0) deny(port, "nodePort", `the port ${port.nodePort ?? 0} is fixed on every node`, "c");
      if (parameters.componentPorts.includes(port.port)) deny(port, "port", `the port ${port.port} is one of a component of the cluster`, "e");
      const target = port.targetPort ?? port.port;
      if (typeof target === "number" && target !== port.port && parameters.componentPorts.includes(target)) {
        deny(port, "targetPort", `the port ${target} is one of a component of the cluster`, "e");
      }
    }
  },

  remediation: "Use type ClusterIP and publish the Service through a gateway; give a load balancer that must stay loadBalancerSourceRanges or the annotation that keeps it inside the cloud's network.",
  pass: [
    { name: "no type", object: service({}) },
    { name: "no type, on ports of components inside the cluster", object: service({ ports: [{ name: "client", port: 2379 }, { name: "kubelet", port: 443, targetPort: 10250 }] }) },
    { name: "a headless Service on a component's port inside the cluster", object: service({ type: "ClusterIP", clusterIP: "None", ports: [{ name: "client", port: 2379 }] }) },
    { name: "a load balancer for an office's addresses", object: service({ type: "LoadBalancer", allocateLoadBalancerNodePorts: false, loadBalancerSourceRanges: ["203.0.113.0/24", "2001:db8::/32"] }) },
    { name: "a load balancer inside the cloud's network", object: service({ type: "LoadBalancer" }, { "networking.gke.io/load-balancer-type": "Internal" }) },
    {
      name: "an annotation of one's own cloud",
      parameters: { internalAnnotations: ["cloud.example.com/reach=private"] },
      object: service({ type: "LoadBalancer", ports: [{ port: 443, targetPort: 8443 }] }, { "cloud.example.com/reach": "private" }),
    },
    {
      name: "a gateway that is allowed, by glob",
      parameters: { allowed: ["ingress/*", "shop/we*"] },
      object: service({ type: "NodePort", ports: [{ port: 443, nodePort: 30443 }] }),
    },
    {
      name: "a gateway of no namespace, which goes to default",
      parameters: { allowed: ["default/web"] },
      object: service({ type: "NodePort", ports: [{ name: "kubelet", port: 10250, targetPort: 2379, nodePort: 30443 }] }, {}, {}),
    },
    { name: "a load balancer of no namespace, which goes to default", parameters: { allowed: ["default/web"] }, object: service({ type: "LoadBalancer" }, {}, {}) },
    { name: "a name outside that is allowed in default", parameters: { allowed: ["default/*"] }, object: service({ type: "ExternalName", externalName: "bucket.example.com" }, {}, {}) },
    { name: "a load balancer as the API server keeps it, with the node's port that it chose", object: service({ type: "LoadBalancer", clusterIP: "10.96.12.7", clusterIPs: ["10.96.12.7"], loadBalancerSourceRanges: ["203.0.113.0/24"], ports: [{ port: 80, nodePort: 31742 }] }) },
  ],
  fail: [
    { name: "node ports", object: service({ type: "NodePort" }), at: [{ finding: "a", path: "spec.type" }] },
    {
      name: "a load balancer for everyone, and one whose annotation says the opposite",
      object: service({ type: "LoadBalancer" }, { "service.beta.kubernetes.io/aws-load-balancer-scheme": "internet-facing", "networking.gke.io/load-balancer-type": "External" }),
      at: [{ finding: "b", path: "spec.type" }],
    },
    {
      name: "source ranges that are everyone",
      object: service({ type: "LoadBalancer", loadBalancerSourceRanges: ["203.0.113.0/24", "0.0.0.0/0"] }),
      at: [{ finding: "b", path: "spec.type" }],
    },
    {
      name: "a manifest that fixes the nodes' port, and leaves another to the API server",
      object: service({ type: "LoadBalancer", loadBalancerSourceRanges: ["203.0.113.0/24"], ports: [{ name: "http", port: 80, nodePort: 30080 }, { name: "https", port: 443, nodePort: 0 }] }),
      at: [{ finding: "c", path: "spec.ports[0].nodePort" }],
    },
    {
      name: "a name outside",
      object: service({ type: "ExternalName", externalName: "bucket.example.com" }),
      at: [{ finding: "d", path: "spec.type" }],
    },
    {
      name: "the kubelet and etcd, by port and by target",
      object: service({ type: "NodePort", clusterIP: "10.96.12.8", ports: [{ name: "kubelet", port: 10250, nodePort: 31250 }, { name: "etcd", port: 443, targetPort: 2379 }, { name: "web", port: 80, targetPort: "http" }] }),
      at: [
        { finding: "a", path: "spec.type" },
        { finding: "e", path: "spec.ports[0].port" },
        { finding: "e", path: "spec.ports[1].targetPort" },
      ],
    },
    {
      name: "a glob of another namespace, and ports of one's own",
      parameters: { allowed: ["ingress/*"], componentPorts: [9090] },
      object: service({ type: "LoadBalancer", loadBalancerSourceRanges: [], ports: [{ port: 6443 }, { name: "metrics", port: 9090, targetPort: 9090 }] }),
      at: [
        { finding: "b", path: "spec.type" },
        { finding: "e", path: "spec.ports[1].port" },
      ],
    },
  ],
});

/** Whether source ranges keep anyone out: one of the whole world undoes the rest. */
function hasSourceRanges(object: corev1.Service): boolean {
  const ranges = object.spec?.loadBalancerSourceRanges ?? [];
  return ranges.length > 0 && ranges.every((range) => !/\/0+$/.test(range));
}

const isInternal = (object: corev1.Service, pairs: readonly string[]): boolean => Object.entries(object.metadata?.annotations ?? {}).some(([key, value]) => pairs.includes(`${key}=${value}`));
