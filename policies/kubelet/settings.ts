import type { Component, Kinds, portcullisv1 } from "portcullis";

/** The settings of a kubelet's file. */
export type KubeletFile = NonNullable<portcullisv1.ComponentFlags["config"]>;

type KubeletDocument = Kinds[
  | "v1/Pod"
  | "kubeadm.k8s.io/v1beta3/ClusterConfiguration"
  | "kubeadm.k8s.io/v1beta4/ClusterConfiguration"
  | "kubeadm.k8s.io/v1/ClusterConfiguration"
  | "portcullis.dev/v1/ComponentFlags"
  | "kubelet.config.k8s.io/v1beta1/KubeletConfiguration"];

/** The kubelet's file that a document is, or that it holds beside the command line. What the file leaves out has the defaults of its API. */
export function fileOf(object: KubeletDocument): KubeletFile | undefined {
  if (object.kind === "KubeletConfiguration") return object;
  return object.kind === "ComponentFlags" ? object.config : undefined;
}

/**
 * A kubelet that runs by its flags alone, whose defaults are older and weaker than those of a file; absent for any other. One
 * whose command line names a file that is not there is judged by the flags that it has, and the file where it stands.
 */
export function withoutFile(kubelet: Component | undefined, object: KubeletDocument): Component | undefined {
  const named = kubelet?.flags["config"] ?? kubelet?.flags["config-dir"];
  return named === undefined && (object.kind !== "ComponentFlags" || object.config === undefined) ? kubelet : undefined;
}
