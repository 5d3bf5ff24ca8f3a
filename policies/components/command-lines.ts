import type { corev1, kubeadmv1beta4, portcullisv1 } from "portcullis";

/** A component's static Pod as kubeadm writes it, with the flags that a case is about: the first is `command[1]`. */
export function staticPod(component: string, flags: readonly string[]): corev1.Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: `${component}-control-1`, namespace: "kube-system", labels: { component, tier: "control-plane" } },
    spec: {
      hostNetwork: true,
      priorityClassName: "system-node-critical",
      containers: [{ name: component, image: component === "etcd" ? "registry.k8s.io/etcd:3.6.5-0" : `registry.k8s.io/${component}:v1.37.2`, command: [component, ...flags] }],
    },
  };
}

/** The command line of a component's process, as it was collected from a node. */
export function commandLine(component: portcullisv1.ComponentFlags["component"], flags: readonly string[]): portcullisv1.ComponentFlags {
  return { apiVersion: "portcullis.dev/v1", kind: "ComponentFlags", metadata: { name: "control-1" }, component, version: "v1.37.2", flags };
}

/** kubeadm's configuration of a cluster, with the settings that a case is about. */
export function clusterConfiguration(settings: Partial<kubeadmv1beta4.ClusterConfiguration>): kubeadmv1beta4.ClusterConfiguration {
  return { apiVersion: "kubeadm.k8s.io/v1beta4", kind: "ClusterConfiguration", kubernetesVersion: "v1.37.2", controlPlaneEndpoint: "cluster.example.com:6443", ...settings };
}
