/** The components whose command lines are read. A container of a static Pod is called like its component. */
export const componentNames = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-proxy", "kube-scheduler", "kubelet"] as const;

export type ComponentName = (typeof componentNames)[number];

export const isComponentName = (name: unknown): name is ComponentName => componentNames.some((known) => known === name);

/** The kinds of document that say a component's flags, of which the first is a static Pod. */
export const componentKinds = [
  "v1/Pod",
  "kubeadm.k8s.io/v1beta3/ClusterConfiguration",
  "kubeadm.k8s.io/v1beta4/ClusterConfiguration",
  "kubeadm.k8s.io/v1/ClusterConfiguration",
  "portcullis.dev/v1/ComponentFlags",
] as const;

/** Where kubeadm's ClusterConfiguration keeps a component's settings. */
export const kubeadmPaths: Readonly<Partial<Record<ComponentName, readonly string[]>>> = {
  etcd: ["etcd", "local"],
  "kube-apiserver": ["apiServer"],
  "kube-controller-manager": ["controllerManager"],
  "kube-scheduler": ["scheduler"],
};
