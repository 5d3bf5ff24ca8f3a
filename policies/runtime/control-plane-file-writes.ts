import { containsAny, defineDetection, endsWithAny, isOneOf, strings, type SyscallEvent, syscalls } from "portcullis";
import { openRead, openWrite, place, removal } from "./events.ts";
import { by, called, cni, failed, node, reads, web, worker, writes } from "./fixtures.ts";

export default defineDetection({
  title: "A file of the control plane was changed, or a key of it read",
  description: "A manifest in the kubelet's directory runs a pod that no admission sees, and with the administrator's kubeconfig or the cluster's keys one needs no account at all.",
  severity: "high",
  frameworks: { nsa: { "1.2": ["cp/kubeconfig", "log/alerts"] }, owasp: { "2022": ["K05", "K09"], "2025": ["K10", "K07"] }, seed: ["H07"] },
  techniques: ["T1543.005", "T1552.004", "T1552.001"],
  source: syscalls(),
  parameters: {
    paths: strings({ default: ["/etc/kubernetes/", "/var/lib/etcd/", "/var/lib/kubelet/pki/", "/var/lib/kubelet/config.yaml", "/etc/cni/net.d/"], description: "Files and directories of the control plane, on the node and behind a mount of it in a container." }),
    // More than the catalogue lists: agents of network plugins that write their configuration at each start.
    writers: strings({ default: ["kubeadm", "kubelet", "etcd", "kube-apiserver", "install-cni", "cilium-cni", "cilium-agent", "multus-daemon", "aws-vpc-cni"], description: "Processes that write the files as their work. Names are cut after 15 characters." }),
    readers: strings({ default: ["kubeadm", "kubelet", "kube-apiserver", "kube-controller", "kube-scheduler", "etcd"], description: "Processes that read keys as their work. Names are cut after 15 characters." }),
  },
  rules: {
    a: {
      title: "A file of the control plane was written, moved or removed",
      when: ({ event, parameters }) => ((openWrite(event) && containsAny(event["fd.name"], parameters.paths)) || moved(event, parameters.paths)) && !isOneOf(event["proc.name"], parameters.writers),
      fields: ["evt.type", "fd.name", "evt.arg.path", "evt.arg.name", "evt.arg.oldpath", "evt.arg.newpath", "proc.cmdline", "proc.pname", ...place],
    },
    b: {
      title: "A key or the administrator's kubeconfig was read",
      when: ({ event, parameters }) => openRead(event) && containsAny(event["fd.name"], parameters.paths) && endsWithAny(event["fd.name"], ["/admin.conf", "/super-admin.conf", ".key"]) && !isOneOf(event["proc.name"], parameters.readers),
      fields: ["fd.name", "proc.cmdline", "proc.pname", ...place],
    },
  },
  response: "Compare the files with what the cluster was set up with. If a key was read, replace it: a client certificate cannot be revoked before it expires.",
  fires: [
    { name: "a static pod is put on a node", event: { ...node, ...by("vi", "vi /etc/kubernetes/manifests/x.yaml", "bash", 34818), ...writes("/etc/kubernetes/manifests/x.yaml", undefined, true) }, findings: ["a"] },
    { name: "a static pod is moved there", event: { ...node, ...by("mv", "mv /tmp/x.yaml /etc/kubernetes/manifests"), ...called("renameat2", { oldpath: "/tmp/x.yaml", newpath: "/etc/kubernetes/manifests/x.yaml" }) }, findings: ["a"] },
    { name: "from a container, behind its mount of the node", event: { ...worker, ...by("cp", "cp x.yaml /host/etc/kubernetes/manifests"), ...writes("/host/etc/kubernetes/manifests/x.yaml", undefined, true) }, findings: ["a"] },
    { name: "the kubelet's settings", event: { ...node, ...by("sed", "sed -i s/false/true/ config.yaml"), ...called("rename", { oldpath: "/var/lib/kubelet/sedW2r", newpath: "/var/lib/kubelet/config.yaml" }) }, findings: ["a"] },
    { name: "the administrator's kubeconfig", event: { ...node, ...by("cat", "cat /etc/kubernetes/admin.conf", "bash", 34818), ...reads("/etc/kubernetes/admin.conf") }, findings: ["b"] },
    { name: "the key of the cluster's authority", event: { ...worker, ...by("tar", "tar c /host/etc/kubernetes/pki"), ...reads("/host/etc/kubernetes/pki/ca.key") }, findings: ["b"] },
  ],
  quiet: [
    { name: "etcd writes its log", event: { ...worker, ...by("etcd", "etcd --data-dir=/var/lib/etcd", "containerd-shim"), ...writes("/var/lib/etcd/member/wal/0000000000000007.wal", "O_WRONLY|O_CREAT", true) } },
    { name: "the kubelet takes a new certificate", event: { ...node, ...by("kubelet", "kubelet", "systemd"), ...called("renameat", { oldpath: "/var/lib/kubelet/pki/kubelet-client-current.pem_tmp", newpath: "/var/lib/kubelet/pki/kubelet-client-current.pem" }) } },
    { name: "a network plugin installs its settings", event: { ...cni, ...by("cilium-agent", "cilium-agent"), ...writes("/host/etc/cni/net.d/05-cilium.conflist") } },
    { name: "a mesh installs its plugin", event: { ...cni, ...by("install-cni", "install-cni", "containerd-shim"), ...writes("/host/etc/cni/net.d/10-calico.conflist") } },
    { name: "the API server reads its key as it changes", event: { ...worker, ...by("kube-apiserver", "kube-apiserver --tls-private-key-file=/etc/kubernetes/pki/apiserver.key", "containerd-shim"), ...reads("/etc/kubernetes/pki/apiserver.key") } },
    { name: "an exporter reads how long certificates last", event: { ...worker, ...by("x509-exporter", "x509-exporter"), ...reads("/host/etc/kubernetes/pki/apiserver.crt") } },
    { name: "the kubelet reads a pod's Secret elsewhere", event: { ...web, ...by("nginx", "nginx"), ...reads("/etc/nginx/tls/tls.key") } },
    { name: "a write that was refused", event: { ...web, ...by("sh", "sh"), ...writes("/host/etc/kubernetes/manifests/x.yaml"), ...failed("EROFS", 30) } },
  ],
});

// The catalogue watches opens alone; a file that is moved into the directory of static pods is never opened there.
const moved = (event: SyscallEvent, paths: readonly string[]): boolean => removal(event) && (containsAny(event["evt.arg.path"], paths) || containsAny(event["evt.arg.name"], paths) || containsAny(event["evt.arg.oldpath"], paths) || containsAny(event["evt.arg.newpath"], paths));
