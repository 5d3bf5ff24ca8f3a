import type { corev1, kubeadmv1beta4, portcullisv1 } from "portcullis";
import { clusterConfiguration, commandLine, staticPod } from "../components/command-lines.ts";

/** The API server's static Pod: its first flag is `spec.containers[0].command[1]`. */
export const apiServer = (...flags: readonly string[]): corev1.Pod => staticPod("kube-apiserver", flags);

/** The command line of an API server that runs as a process of the node. */
export const apiServerProcess = (...flags: readonly string[]): portcullisv1.ComponentFlags => commandLine("kube-apiserver", flags);

/** kubeadm's configuration with flags of the API server: on top of those that kubeadm writes by itself. */
export const kubeadmApiServer = (...extraArgs: readonly kubeadmv1beta4.Arg[]): kubeadmv1beta4.ClusterConfiguration => clusterConfiguration({ apiServer: { extraArgs } });

/** The scheduler's static Pod, which a control of the API server leaves alone whatever its flags are. */
export const otherComponent = (...flags: readonly string[]): corev1.Pod => staticPod("kube-scheduler", flags);
