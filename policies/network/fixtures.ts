import type { metav1, networkingv1 } from "portcullis";

/** A whole NetworkPolicy in the namespace `shop`, for the pods of `web` where nothing else is said. */
export function networkPolicy(name: string, spec: Partial<networkingv1.NetworkPolicySpec>, metadata: metav1.ObjectMeta = {}): networkingv1.NetworkPolicy {
  return { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name, namespace: "shop", ...metadata }, spec: { podSelector: { matchLabels: { app: "web" } }, ...spec } };
}

/** A peer: the pods of an application in the policy's own namespace. */
export const pods = (app: string): networkingv1.NetworkPolicyPeer => ({ podSelector: { matchLabels: { app } } });

/** A peer: all pods of a namespace, by the label that the API server sets. */
export const namespace = (name: string): networkingv1.NetworkPolicyPeer => ({ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } } });

/** A peer: a block of addresses, less some. */
export const block = (cidr: string, ...except: readonly string[]): networkingv1.NetworkPolicyPeer => ({ ipBlock: except.length === 0 ? { cidr } : { cidr, except } });
