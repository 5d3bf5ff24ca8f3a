export type EngineName = "opa" | "gator" | "kyverno" | "conftest" | "kube-score" | "pod-security" | "admission" | "etcd" | "kube-apiserver" | "kube-controller-manager" | "audit-policy" | "kubectl" | "gatekeeper" | "kyverno-controller" | "gatekeeper-judge" | "kyverno-judge" | "k8saudit" | "tetragon";
export const engines: Readonly<Record<EngineName, { readonly folder: string; readonly package: string }>>;
export function engineFolder(name: EngineName): string;
export function givenBinary(name: EngineName): string | undefined;
export function keptBinary(name: EngineName): string;
