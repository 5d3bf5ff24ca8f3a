import type { corev1, kubeadmv1beta4, portcullisv1 } from "portcullis";
import { clusterConfiguration, commandLine, staticPod } from "../components/command-lines.ts";

/** The controller manager's static Pod: its first flag is `spec.containers[0].command[1]`. */
export const controllerManager = (...flags: readonly string[]): corev1.Pod => staticPod("kube-controller-manager", flags);

/** The command line of a controller manager that runs as a process of the node. */
export const controllerManagerProcess = (...flags: readonly string[]): portcullisv1.ComponentFlags => commandLine("kube-controller-manager", flags);

/** kubeadm's configuration with flags of the controller manager: on top of those that kubeadm writes by itself. */
export const kubeadmControllerManager = (...extraArgs: readonly kubeadmv1beta4.Arg[]): kubeadmv1beta4.ClusterConfiguration => clusterConfiguration({ controllerManager: { extraArgs } });

/** The API server's static Pod, which a control of the controller manager leaves alone whatever its flags are. */
export const otherComponent = (...flags: readonly string[]): corev1.Pod => staticPod("kube-apiserver", flags);
