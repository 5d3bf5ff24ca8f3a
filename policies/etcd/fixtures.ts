import type { corev1, kubeadmv1beta4, portcullisv1 } from "portcullis";
import { clusterConfiguration, commandLine, staticPod } from "../components/command-lines.ts";

/** etcd's static Pod: its first flag is `spec.containers[0].command[1]`. */
export const etcd = (...flags: readonly string[]): corev1.Pod => staticPod("etcd", flags);

/** The command line of an etcd that runs as a process of the node. */
export const etcdProcess = (...flags: readonly string[]): portcullisv1.ComponentFlags => commandLine("etcd", flags);

/** kubeadm's configuration with flags of its own etcd: on top of those that kubeadm writes by itself. */
export const kubeadmEtcd = (...extraArgs: readonly kubeadmv1beta4.Arg[]): kubeadmv1beta4.ClusterConfiguration => clusterConfiguration({ etcd: { local: { dataDir: "/var/lib/etcd", extraArgs } } });

/** The API server's static Pod, which a control of etcd leaves alone whatever its flags are. */
export const otherComponent = (...flags: readonly string[]): corev1.Pod => staticPod("kube-apiserver", flags);

/** How the parameter of all controls of etcd reads. */
export const configFile = { default: "fail", description: "What an etcd does that is started with --config-file: the file takes the place of all flags, and is not looked at." } as const;
