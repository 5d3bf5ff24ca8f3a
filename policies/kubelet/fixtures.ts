import type { corev1, kubeletv1beta1, portcullisv1 } from "portcullis";
import { commandLine, staticPod } from "../components/command-lines.ts";

/** A kubelet's file, with the settings that a case is about. */
export function kubeletFile(settings: Partial<kubeletv1beta1.KubeletConfiguration> = {}): kubeletv1beta1.KubeletConfiguration {
  return { apiVersion: "kubelet.config.k8s.io/v1beta1", kind: "KubeletConfiguration", cgroupDriver: "systemd", clusterDomain: "cluster.local", clusterDNS: ["10.96.0.10"], ...settings };
}

/** A kubelet's command line, and its file: what `--config` names. The flags of the case begin at `flags[1]`. */
export function kubeletWithFile(settings: Partial<kubeletv1beta1.KubeletConfiguration>, ...flags: readonly string[]): portcullisv1.ComponentFlags {
  return { ...commandLine("kubelet", ["--config=/var/lib/kubelet/config.yaml", ...flags]), config: settings };
}

/** A kubelet's command line by itself. */
export const kubeletProcess = (...flags: readonly string[]): portcullisv1.ComponentFlags => commandLine("kubelet", flags);

/** kube-proxy's Pod, which a control of the kubelet leaves alone whatever its flags are. */
export const otherComponent = (...flags: readonly string[]): corev1.Pod => staticPod("kube-proxy", flags);
